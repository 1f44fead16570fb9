"""How the product speaks to an S3 store; settings and tests alike."""

from typing import Any


def s3_storage(
    endpoint_url: str | None, bucket: str, access_key: str | None, secret_key: str | None
) -> dict[str, Any]:
    """A ``STORAGES`` entry. Trying again is the callers' business: they know what else waits."""
    # A quarter of the start of every process that keeps files on disk would go into this import.
    from botocore.config import Config

    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "endpoint_url": endpoint_url,
            "bucket_name": bucket,
            "access_key": access_key,
            "secret_key": secret_key,
            "client_config": Config(
                s3={"addressing_style": "path"},
                signature_version="s3v4",
                connect_timeout=3,
                read_timeout=20,
                retries={"total_max_attempts": 2, "mode": "standard"},
                max_pool_connections=24,
            ),
            "file_overwrite": False,
            "default_acl": None,
            "querystring_auth": True,
        },
    }
