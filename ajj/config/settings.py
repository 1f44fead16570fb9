"""Settings from the environment. Unset means the embedded default on one machine."""

import hashlib
import secrets
from pathlib import Path

import environ

from ajj.config.storage import s3_storage
from ajj.kernel.lsp import LspIdentity

env = environ.Env()

ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(env("DATA_DIR", default=str(ROOT / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _kept_secret(name: str) -> str:
    """A random secret made once and kept beside the data, so that a restart keeps sessions."""
    path = DATA_DIR / name
    try:
        return path.read_text().strip()
    except FileNotFoundError:
        value = secrets.token_urlsafe(48)
        try:
            with path.open("x") as file:
                path.chmod(0o600)
                file.write(value)
        except FileExistsError:
            return path.read_text().strip()
        return value


DEBUG = env.bool("DEBUG", default=False)
PRODUCTION = env.bool("PRODUCTION", default=False)
SECRET_KEY_GIVEN = bool(env("SECRET_KEY", default=""))
SECRET_KEY = env("SECRET_KEY", default="") or _kept_secret("secret_key")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
PORT = env.int("PORT", default=8000)
SITE_URL = env("SITE_URL", default=f"http://localhost:{PORT}").rstrip("/")
WEB_INTERNAL_URL = env("WEB_INTERNAL_URL", default=f"http://127.0.0.1:{PORT}")
MEDIA_CONTROL_URL = env("MEDIA_CONTROL_URL", default=f"http://127.0.0.1:{PORT + 1}")
MEDIA_PUBLIC_URL = env("MEDIA_PUBLIC_URL", default="")
# What wraps the keys of recordings and evidence; unset: a file in DATA_DIR/keys.
MASTER_KEY = env("MASTER_KEY", default="")
MASTER_KEY_PREVIOUS = env.list("MASTER_KEY_PREVIOUS", default=[])
# Days that recordings and evidence are kept after a decision without certificate, or without any.
RETENTION_DECIDED_DAYS = env.int("RETENTION_DECIDED_DAYS", default=365)
RETENTION_UNDECIDED_DAYS = env.int("RETENTION_UNDECIDED_DAYS", default=365)
INTERNAL_TOKEN = env("INTERNAL_TOKEN", default="") or _kept_secret("internal_token")
SPOOL_DIR = Path(env("SPOOL_DIR", default=str(DATA_DIR / "spool")))
# How many streams go into storage at the same time.
UPLOADS = env.int("UPLOADS", default=4)
# How many rooms one media node records at once, and how much of the spool one of them takes in an
# hour: two cameras of 1.2 Mbit/s with sound.
ROOMS_PER_NODE = env.int("ROOMS_PER_NODE", default=25)
ROOM_HOUR_BYTES = env.int("ROOM_HOUR_BYTES", default=1_200_000_000)
SPOOL_BRIM_BYTES = env.int("SPOOL_BRIM_BYTES", default=0)
FORM_DIR = env("FORM_DIR", default="")
UPLOAD_DIR = Path(env("UPLOAD_DIR", default=str(DATA_DIR / "uploads")))
# How long after a session its asesi's device may hand in its own recording, and how much of it.
BACKUP_DAYS = env.int("BACKUP_DAYS", default=7)
BACKUP_QUOTA_MB = env.int("BACKUP_QUOTA_MB", default=4096)
# How long the link of a third party (FR.IA.10) opens.
GUEST_LINK_DAYS = env.int("GUEST_LINK_DAYS", default=14)

LSP = LspIdentity(
    name=env("LSP_NAME", default="LSP Nara Karya Digital"),
    name_en=env("LSP_NAME_EN", default="Nara Karya Digital Professional Certification Body"),
    short_name=env("LSP_SHORT_NAME", default="LSP-NKD"),
    licence=env("LSP_LICENCE", default="BNSP-LSP-9801-ID"),
    city=env("LSP_CITY", default="Bandung"),
    address=env("LSP_ADDRESS", default="Jalan Sukagalih 118, Bandung 40162 (alamat contoh)"),
    email=env("LSP_EMAIL", default="halo@demo.ajj.test"),
    phone=env("LSP_PHONE", default="(022) 555-0118"),
    zone=env("LSP_ZONE", default="Asia/Jakarta"),
    chairman=env("LSP_CHAIRMAN", default="Ir. Handaru Pranata, M.Kom."),
)

# Used where a scheme names no own; such parts are marked as examples on screen.
CERTIFICATE_DEFAULTS = {
    "kbli": env("CERTIFICATE_KBLI", default="00000"),
    "kbji": env("CERTIFICATE_KBJI", default="0000"),
    "jenjang": env.int("CERTIFICATE_JENJANG", default=1),
    "bidang": env("CERTIFICATE_BIDANG", default="LSP"),
    "width": env.int("CERTIFICATE_WIDTH", default=7),
}

INSTALLED_APPS = [
    "daphne",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "channels",
    "axes",
    "django_vite",
    "django_tasks",
    "django_tasks_db",
    "ajj.events",
    "ajj.audit",
    "ajj.documents",
    "ajj.people",
    "ajj.skema",
    "ajj.applications",
    "ajj.scheduling",
    "ajj.live",
    "ajj.gladi",
    "ajj.assessment",
    "ajj.committee",
    "ajj.certificates",
    "ajj.notifications",
    "ajj.portal",
    "recordings",
    "realtime",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "ajj.config.middleware.DomainErrorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "ajj.config.urls"
ASGI_APPLICATION = "ajj.config.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "frontend" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "ajj.config.context.site",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'ajj.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
CHANNEL_LAYERS = {
    "default": (
        {
            "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
            "CONFIG": {"hosts": [REDIS_URL]},
        }
        if REDIS_URL
        else {"BACKEND": "channels.layers.InMemoryChannelLayer"}
    )
}

S3_ENDPOINT_URL = env("S3_ENDPOINT_URL", default="")
S3_BUCKET = env("S3_BUCKET", default="")
MEDIA_ROOT = DATA_DIR / "storage"
STORAGES = {
    "default": (
        s3_storage(
            S3_ENDPOINT_URL or None,
            S3_BUCKET,
            env("AWS_ACCESS_KEY_ID", default=None),
            env("AWS_SECRET_ACCESS_KEY", default=None),
        )
        if S3_BUCKET
        else {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(MEDIA_ROOT)},
        }
    ),
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [path for path in (ROOT / "frontend" / "dist",) if path.is_dir()]
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
# Vite puts a hash into every asset name, so browsers may keep them for good.
WHITENOISE_IMMUTABLE_FILE_TEST = r"/assets/.+-[\w-]{8}\.\w+$"
DJANGO_VITE = {
    "default": {
        "dev_mode": False,
        "manifest_path": ROOT / "frontend" / "dist" / "manifest.json",
        "static_url_prefix": "",
    }
}

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
LOGIN_URL = "people:login"
LOGIN_REDIRECT_URL = "portal:dashboard"
LOGOUT_REDIRECT_URL = "portal:home"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_USERNAME_FORM_FIELD = "username"
AXES_VERBOSE = False
AXES_LOCKOUT_TEMPLATE = "people/locked.html"
SALT_KEY = env("SALT_KEY", default=hashlib.sha256(f"salt:{SECRET_KEY}".encode()).hexdigest())

SESSION_COOKIE_AGE = 60 * 60 * 24 * 14
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SITE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "id"
LANGUAGES = [("id", "Indonesia"), ("en", "English")]
LOCALE_PATHS = [ROOT / "ajj" / "locale"]
TIME_ZONE = LSP.zone
USE_TZ = True
USE_I18N = True

JITSI_DOMAIN = env("JITSI_DOMAIN", default="")
JITSI_APP_ID = env("JITSI_APP_ID", default="")
JITSI_AUDIENCE = env("JITSI_AUDIENCE", default="jitsi")
JITSI_APP_SECRET = env("JITSI_APP_SECRET", default="")
JITSI_PRIVATE_KEY = env("JITSI_PRIVATE_KEY", default="").replace("\\n", "\n")
JITSI_KEY_ID = env("JITSI_KEY_ID", default="")
TURN_URLS = env.list("TURN_URLS", default=[])
TURN_SECRET = env("TURN_SECRET", default="")
TURN_TTL_S = env.int("TURN_TTL_S", default=6 * 3600)

_jitsi = [f"https://{JITSI_DOMAIN}"] if JITSI_DOMAIN else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'", *_jitsi],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "connect-src": ["'self'", "ws:" if DEBUG else "'self'"],
        "worker-src": ["'self'", "blob:"],
        "frame-src": ["'self'", *_jitsi],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
    }
}

EMAIL_CONFIG = env.email_url("EMAIL_URL", default=f"filemail:///{DATA_DIR / 'outbox'}")
EMAIL_BACKEND = EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL_CONFIG.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_PORT", 25) or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER", "") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD", "") or ""
EMAIL_USE_TLS = EMAIL_CONFIG.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = str(DATA_DIR / "outbox")
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = f"{LSP.name} <{LSP.email}>"

# An RFC 3161 authority that stamps every seal, and its certificates (a PEM file).
TSA_URL = env("TSA_URL", default="")
TSA_CERTIFICATE = env("TSA_CERTIFICATE", default="")

# The LSP's own certified signature on what it issues, off without a file: a PKCS#12 and its
# password, or the dotted path of another adapter (ajj.documents.certified).
SIGN_P12_FILE = env("SIGN_P12_FILE", default="")
SIGN_P12_PASSWORD = env("SIGN_P12_PASSWORD", default="")
CERTIFIED_SIGNER = env(
    "CERTIFIED_SIGNER",
    default="ajj.documents.pkcs12.Pkcs12Signer" if SIGN_P12_FILE else "",
)

# Exports take long: they have a queue, and in the jobs process a worker, of their own.
TASKS = {
    "default": {
        "BACKEND": "django_tasks_db.DatabaseBackend",
        "QUEUES": ["default", "exports"],
    }
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(levelname)s %(name)s %(message)s"}},
    "filters": {"private": {"()": "ajj.config.logs.PrivatePaths"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["private"],
        }
    },
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "daphne": {"level": "WARNING"},
        "django.channels.server": {"level": "WARNING"},
        "axes": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        "botocore": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
        "aioice": {"level": "WARNING"},
    },
}
