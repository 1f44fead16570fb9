"""The product's settings for tests: a data directory of its own for every test process."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="ajj-test-", dir="/tmp")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
for _name in ("DATABASE_URL", "REDIS_URL", "S3_BUCKET", "PRODUCTION", "DEBUG", "SPOOL_DIR"):
    os.environ.pop(_name, None)
os.environ["DATA_DIR"] = _data
(Path(_data) / "static").mkdir()

from ajj.config import settings as _product  # the environment above must be set before

globals().update({name: getattr(_product, name) for name in dir(_product) if name.isupper()})

# Passwords are proven elsewhere; everywhere else a slow hash only costs time.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
