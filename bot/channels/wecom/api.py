"""WeCom's API: the access token, time-outs, and errors as what they mean. Blocks; the channel runs it in threads.

No token ever gets into an error: what the vendor's libraries raise holds the URL, so it is left behind (`from None`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from wechatpy.enterprise.client import WeChatClient
from wechatpy.exceptions import WeChatClientException

from bot.channels.base import NotDelivered, RateLimited, Unreachable
from bot.channels.wecom.errors import MINUTE, STALE_TOKEN, error_of

TIME_OUTS = (5.0, 10.0)
"""Seconds to connect, seconds to wait for an answer."""
MARGIN = 300.0
"""A token is renewed that long before it ends."""


class _Adapter(HTTPAdapter):
    """wechatpy sets no time-out where it fetches tokens."""

    def __init__(self, time_outs: tuple[float, float], connections: int) -> None:
        self._time_outs = time_outs
        super().__init__(pool_maxsize=connections)

    def send(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if kwargs.get("timeout") is None:
            kwargs["timeout"] = self._time_outs
        return super().send(request, *args, **kwargs)


class _Client(WeChatClient):
    """wechatpy's, at an address of ours; it neither keeps tokens nor tries again by itself."""

    def __init__(self, corp_id: str, secret: str, url: str, adapter: HTTPAdapter) -> None:
        super().__init__(corp_id, secret, auto_retry=False)
        self.API_BASE_URL = url
        self._http.mount("https://", adapter)
        self._http.mount("http://", adapter)

    def new_token(self) -> Any:
        """{"access_token", "expires_in"}, checked like any other answer."""
        # A token is not asked for with a token: None keeps wechatpy from adding one, and requests from sending it.
        params = {"corpid": self.corp_id, "corpsecret": self.secret, "access_token": None}
        return self.get("gettoken", params=params)


class Api:
    """Calls of one application. Safe for many threads. `clock` gives seconds that only grow."""

    def __init__(
        self,
        corp_id: str,
        secret: str,
        url: str,
        *,
        time_outs: tuple[float, float] = TIME_OUTS,
        connections: int = 8,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = _Client(corp_id, secret, url.rstrip("/") + "/", _Adapter(time_outs, connections))
        self._clock = clock
        self._lock = threading.Lock()
        self._token: str | None = None
        self._good_until = 0.0

    def get(self, path: str, params: Mapping[str, Any]) -> dict[str, Any]:
        return self._call("get", path, params)

    def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        given: dict[str, Any] = {"headers": headers, "files": files}
        if data is not None:
            given["data"] = dict(data)
        return self._call("post", path, params or {}, **given)

    def close(self) -> None:
        self._client._http.close()

    def _call(self, verb: str, path: str, params: Mapping[str, Any], **given: Any) -> dict[str, Any]:
        token = self.token()
        try:
            return self._once(verb, path, params, token, **given)
        except _Failed as failure:
            if failure.code not in STALE_TOKEN:
                raise failure.error from None
        token = self.token(not_this=token)
        try:
            return self._once(verb, path, params, token, **given)
        except _Failed as failure:
            raise failure.error from None

    def _once(self, verb: str, path: str, params: Mapping[str, Any], token: str, **given: Any) -> dict[str, Any]:
        ask = getattr(self._client, verb)
        return _checked(lambda: ask(path, params={**params, "access_token": token}, **given))

    def token(self, *, not_this: str | None = None) -> str:
        """The access token; another if WeCom no longer takes `not_this`. Fetched once, however many threads ask."""
        with self._lock:
            if self._token is None or self._token == not_this or self._clock() >= self._good_until:
                self._token = None
                try:
                    answer = _checked(self._client.new_token)
                except _Failed as failure:
                    raise failure.error from None
                token, lasts = answer.get("access_token"), answer.get("expires_in", 7200)
                if not isinstance(token, str) or not token or not isinstance(lasts, int):
                    raise Unreachable("an answer to gettoken without a token")
                self._token = token
                # A token that lasts less than the margin is used for half its life.
                self._good_until = self._clock() + max(lasts - MARGIN, lasts / 2)
            return self._token


class _Failed(Exception):
    """A call that failed, with WeCom's code if there is one."""

    def __init__(self, error: NotDelivered, code: int | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.code = code


def _checked(call: Callable[[], Any]) -> dict[str, Any]:
    """What a call answers; _Failed for anything but a good answer."""
    try:
        answer = call()
    except WeChatClientException as failure:
        raise _failed(failure) from None
    except requests.Timeout:
        raise _Failed(Unreachable("no answer in time")) from None
    except (requests.RequestException, OSError) as failure:
        raise _Failed(Unreachable(f"no connection ({type(failure).__name__})")) from None
    except (ValueError, TypeError, KeyError, AttributeError) as failure:  # an answer that wechatpy stumbles over
        raise _Failed(Unreachable(f"an answer not understood ({type(failure).__name__})")) from None
    if not isinstance(answer, dict) or answer.get("errcode") != 0:  # every answer of WeCom's has one
        raise _Failed(Unreachable("an answer that isn't WeCom's"))
    return answer


def _failed(failure: WeChatClientException) -> _Failed:
    if failure.errcode is not None:
        return _Failed(error_of(failure.errcode, str(failure.errmsg)), failure.errcode)
    status = getattr(failure.response, "status_code", None)
    if status == 429:
        return _Failed(RateLimited("HTTP 429", MINUTE))
    return _Failed(Unreachable(f"HTTP {status}"))
