"""The servers that other tests build on are the real ones and keep runs apart."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import psycopg
from channels_redis.pubsub import RedisPubSubChannelLayer

ROOT = Path(__file__).resolve().parents[3]


def test_postgresql_gives_each_test_an_empty_database(postgres_url):
    with psycopg.connect(postgres_url) as one:
        version = one.execute("SHOW server_version_num").fetchone()
        tables = one.execute(
            "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
        ).fetchone()
    assert version is not None
    assert int(version[0]) >= 150000
    assert tables == (0,)


def test_every_migration_runs_on_postgresql_and_none_is_missing(postgres_url, tmp_path):
    env = {**os.environ, "DATABASE_URL": postgres_url, "DATA_DIR": str(tmp_path)}
    env["DJANGO_SETTINGS_MODULE"] = "ajj.config.settings"
    for arguments in (("migrate", "--noinput"), ("makemigrations", "--check", "--dry-run")):
        done = subprocess.run(
            (sys.executable, "manage.py", *arguments),
            env=env, cwd=ROOT, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr


def test_seaweedfs_gives_each_test_an_empty_bucket(bucket):
    assert bucket.keys() == []
    bucket.client().put_object(Bucket=bucket.name, Key="a/b", Body=b"c")
    assert bucket.keys() == ["a/b"]
    assert bucket.client().get_object(Bucket=bucket.name, Key="a/b")["Body"].read() == b"c"


async def test_valkey_carries_a_message_between_two_processes_layers(valkey_url):
    near, far = (RedisPubSubChannelLayer(hosts=[valkey_url]) for _ in range(2))
    channel = await far.new_channel()
    await far.group_add("test_servers", channel)
    await near.group_send("test_servers", {"type": "wake", "seq": 7})
    assert await asyncio.wait_for(far.receive(channel), 5) == {"type": "wake", "seq": 7}
    await near.flush()
    await far.flush()
