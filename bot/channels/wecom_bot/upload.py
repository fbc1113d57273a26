"""Pictures, over the same connection: in chunks, the protocol's own way. The SDK (1.0.2) does not know it."""

from __future__ import annotations

import base64
import hashlib

from bot.channels.base import Refused, Unreachable
from bot.channels.wecom_bot.connection import Connection

MOST_BYTES = 2 * 1024 * 1024
CHUNK = 512 * 1024
_ENDINGS = {"image/png": "png", "image/jpeg": "jpg", "image/gif": "gif"}


async def image(connection: Connection, key: str, media_type: str, data: bytes) -> str:
    """The media_id of a picture, good for 3 days. Raises Refused (of no use to WeCom), Answered, Unreachable."""
    ending = _ENDINGS.get(media_type)
    if ending is None:
        raise Refused(f"WeCom shows no pictures of the kind {media_type}")
    if not 5 <= len(data) <= MOST_BYTES:
        raise Refused(f"a picture has at most 2 MB here, this one {len(data) / 1024 / 1024:.1f}")
    chunks = [data[start : start + CHUNK] for start in range(0, len(data), CHUNK)]
    begin = {
        "type": "image",
        "filename": f"picture.{ending}",
        "total_size": len(data),
        "total_chunks": len(chunks),
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
    }
    upload_id = _given(await connection.ask(f"{key}:up", "aibot_upload_media_init", begin), "upload_id")
    for number, chunk in enumerate(chunks):
        part = {"upload_id": upload_id, "chunk_index": number, "base64_data": base64.b64encode(chunk).decode()}
        await connection.ask(f"{key}:up:{number}", "aibot_upload_media_chunk", part)
    end = await connection.ask(f"{key}:up:end", "aibot_upload_media_finish", {"upload_id": upload_id})
    return _given(end, "media_id")


def _given(answer: object, name: str) -> str:
    body = answer.get("body") if isinstance(answer, dict) else None
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        raise Unreachable(f"the answer to an upload names no {name}")
    return value
