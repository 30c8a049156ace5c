"""Keep objects in S3: the only module that talks to it."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, ParamValidationError

from tabtwin.lib.blob import Blob, as_blob
from tabtwin.lib.errors import InputError, IntegrityError, StoreError
from tabtwin.store.store import MULTIPART_BYTES, ConflictError, Entry, Head, MissingObjectError, Store

_MISSING = {"404", "NoSuchKey", "NotFound"}
_DENIED = {"401", "403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken"}
_CONFLICT = {"409", "412", "PreconditionFailed", "ConditionalRequestConflict"}
_OF_A_ROLE = ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY", "SESSION_TOKEN", "ENDPOINT_URL", "REGION")
_TRANSFER = TransferConfig(multipart_threshold=MULTIPART_BYTES, multipart_chunksize=MULTIPART_BYTES // 2)


def connect(role: str = "") -> Any:
    """Return an S3 client from the usual AWS variables (``AWS_ENDPOINT_URL`` for a store that is not
    Amazon's).

    Proxies and ``AWS_CA_BUNDLE`` work as they do for Amazon's own tools; ``TABTWIN_S3_ADDRESSING`` is
    ``path``, ``virtual`` or ``auto``. The roles ``source`` and ``release`` use ``SOURCE_AWS_ACCESS_KEY_ID``,
    ``RELEASE_AWS_ACCESS_KEY_ID`` and so on, where they are set, before the usual ones.

    Raises:
        InputError: if the addressing is none of the three, or a key lacks its secret.
    """
    addressing = os.environ.get("TABTWIN_S3_ADDRESSING") or "auto"
    if addressing not in {"path", "virtual", "auto"}:
        raise InputError(f"TABTWIN_S3_ADDRESSING: expected path, virtual or auto, found {addressing!r}")
    config = Config(
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"max_attempts": 5, "mode": "standard"},
        connect_timeout=5,
        read_timeout=60,
        s3={"addressing_style": addressing},
    )
    own = _of_role(role)
    # The key of a role is never combined with the usual token: boto3 looks no further if it gets all three.
    session = boto3.session.Session(
        aws_access_key_id=own.get("ACCESS_KEY_ID"),
        aws_secret_access_key=own.get("SECRET_ACCESS_KEY"),
        aws_session_token=own.get("SESSION_TOKEN"),
    )
    # boto3 knows AWS_DEFAULT_REGION only. A region is part of every signature; stores without any accept all.
    region = own.get("REGION") or os.environ.get("AWS_REGION") or session.region_name or "us-east-1"
    return session.client("s3", config=config, region_name=region, endpoint_url=own.get("ENDPOINT_URL"))


def _of_role(role: str) -> dict[str, str]:
    """Return what the environment sets for ``role``, by the names of the AWS variables without ``AWS_``."""
    if not role:
        return {}
    prefix = f"{role.upper()}_AWS_"
    own = {name: value for name in _OF_A_ROLE if (value := os.environ.get(prefix + name))}
    if ("ACCESS_KEY_ID" in own) != ("SECRET_ACCESS_KEY" in own):
        raise InputError(f"{prefix}ACCESS_KEY_ID and {prefix}SECRET_ACCESS_KEY: set both, or neither")
    return own


@dataclass(frozen=True)
class S3Store(Store):
    """Objects under ``s3://bucket/prefix``; keys are relative to the prefix."""

    bucket: str
    prefix: str
    client: Any = field(repr=False, compare=False)

    @classmethod
    def at(cls, url: str, role: str = "") -> S3Store:
        """Return the store at ``url``, such as ``s3://bucket/team/churn``, with the credentials of ``role``.

        Raises:
            InputError: if ``url`` names no bucket.
        """
        bucket, _, prefix = url.removeprefix("s3://").partition("/")
        if not bucket:
            raise InputError(f"a store must be s3://bucket/prefix, found {url!r}")
        return cls(bucket, prefix.strip("/"), connect(role))

    @property
    def url(self) -> str:
        """Return ``s3://bucket/prefix``."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")

    def address(self, key: str) -> str:
        """Return the object's own URL, by which Argo shows it."""
        return f"{self.url}/{key}"

    def own_key(self, address: str) -> str | None:
        """Return ``None``: an object's URL is read with the credentials of its role, even if it lies here."""
        return None

    def get(self, key: str) -> bytes:
        """See :class:`Store`."""
        with self._answers(key):
            return bytes(self.client.get_object(Bucket=self.bucket, Key=self._full(key))["Body"].read())

    def open(self, key: str) -> Blob:
        """See :class:`Store`."""
        try:
            found = self.head(key)
        except MissingObjectError:
            self.get(key)  # the answer to HEAD has no body: only GET says whether the bucket is there
            raise
        return _Remote(self, key, found.etag, found.size)

    def read_at(self, key: str, etag: str, start: int, count: int) -> bytes:
        """Return bytes of an object that is still the one of this ETag.

        Raises:
            ConflictError: if it was written in the meantime.
        """
        with self._answers(key):
            found = self.client.get_object(
                Bucket=self.bucket,
                Key=self._full(key),
                IfMatch=etag,
                Range=f"bytes={start}-{start + count - 1}",
            )
            return bytes(found["Body"].read())

    def put(self, key: str, data: bytes | Blob) -> None:
        """See :class:`Store`."""
        blob = as_blob(data)
        with self._answers(key):
            if blob.size < MULTIPART_BYTES:
                self._put(key, blob.read())
            else:
                self.client.upload_fileobj(blob.open(), self.bucket, self._full(key), Config=_TRANSFER)

    def create(self, key: str, data: bytes) -> str:
        """See :class:`Store`."""
        with self._answers(key):
            return self._put(key, data, IfNoneMatch="*")

    def swap(self, key: str, data: bytes, etag: str) -> str:
        """See :class:`Store`."""
        with self._answers(key):
            return self._put(key, data, IfMatch=etag)

    def head(self, key: str) -> Head:
        """See :class:`Store`."""
        with self._answers(key):
            found = self.client.head_object(Bucket=self.bucket, Key=self._full(key))
        served = found["ResponseMetadata"]["HTTPHeaders"].get("date")
        now = parsedate_to_datetime(served) if served else datetime.now(UTC)
        return Head(found["ETag"], found["ContentLength"], (now - found["LastModified"]).total_seconds())

    def entries(self, prefix: str) -> tuple[Entry, ...]:
        """See :class:`Store`."""
        with self._answers(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(
                Bucket=self.bucket, Prefix=self._full(prefix)
            )
            skip = len(self.prefix) + 1 if self.prefix else 0
            found = [
                Entry(item["Key"][skip:], item["Size"], item["LastModified"])
                for page in pages
                for item in page.get("Contents", [])
            ]
        return tuple(sorted(found, key=lambda entry: entry.key))

    def delete(self, key: str) -> None:
        """See :class:`Store`."""
        with self._answers(key):
            self.client.delete_object(Bucket=self.bucket, Key=self._full(key))

    def _put(self, key: str, data: bytes, **conditions: str) -> str:
        """Write an object in one request, and return its ETag.

        With the digest of what was meant: a store may otherwise keep what had come when a writer was killed.
        """
        digest = hashlib.md5(data, usedforsecurity=False).digest()
        md5 = base64.b64encode(digest).decode()
        put = self.client.put_object
        return str(
            put(Bucket=self.bucket, Key=self._full(key), Body=data, ContentMD5=md5, **conditions)["ETag"]
        )

    def _full(self, key: str) -> str:
        try:
            key.encode()
        except UnicodeEncodeError:
            raise InputError(f"expected a name in UTF-8, found {key!a}; rename the file") from None
        return f"{self.prefix}/{key}" if self.prefix else key

    @contextmanager
    def _answers(self, key: str) -> Iterator[None]:
        """Turn the client's errors into ours."""
        where = f"{self.url}/{key}"
        try:
            yield
        except ClientError as error:
            code = str(error.response["Error"].get("Code", ""))
            if code in _MISSING:
                raise MissingObjectError(f"no object at {where}") from None
            if code == "NoSuchBucket":
                raise InputError(
                    f"no bucket {self.bucket!r} in the store; create it or correct --store"
                ) from None
            if code in _DENIED:
                raise IntegrityError(
                    f"the store denies access to {where} ({code}); check the AWS credentials"
                ) from None
            if code in _CONFLICT:
                raise ConflictError(f"another writer changed {where}") from None
            raise StoreError(f"the store failed at {where} ({code})") from None
        except NoCredentialsError:
            raise IntegrityError(
                "no AWS credentials found; set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
            ) from None
        except ParamValidationError:
            raise InputError(f"expected a bucket and a key that S3 can have, found {where}") from None
        except BotoCoreError as error:
            raise StoreError(f"the store does not answer at {where} ({type(error).__name__})") from None


class _Remote(Blob):
    """An object in S3, read by ranges of it."""

    buffer = 8 << 20  # each range is a request, which takes as long as some megabytes do

    def __init__(self, store: S3Store, key: str, etag: str, size: int) -> None:
        self._store, self._key, self._etag, self._size = store, key, etag, size

    @property
    def size(self) -> int:
        """See :class:`Blob`."""
        return self._size

    def read_at(self, start: int, count: int) -> bytes:
        """See :class:`Blob`."""
        count = min(count, self._size - start)
        return self._store.read_at(self._key, self._etag, start, count) if count > 0 else b""
