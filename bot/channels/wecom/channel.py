"""企业微信, an application of one's own (自建应用): dialogue, nudges and digests as application messages."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote

from starlette.routing import Route

from bot.channels.base import Intake, Limit, Misconfigured, NotDelivered, Outbound, Profile, Refused, Unreachable
from bot.channels.splitting import clean, size
from bot.channels.wecom import cards
from bot.channels.wecom.api import TIME_OUTS, Api
from bot.channels.wecom.callback import Callback
from bot.channels.wecom.incoming import CHANNEL, is_account
from bot.channels.wecom.menu import menu
from handlers.outgoing import Handle, Picture, Say, Settle, Suggest
from handlers.turns import Reply

T = TypeVar("T")

log = logging.getLogger("canmou.wecom")

# 30 a minute and 1,000 an hour to one member, or WeCom drops the rest and says nothing. A message may be on its way for
# as long as our time-outs allow (15 s), so windows of 75 s and 3,615 s must hold: 8 + 75/3.5 < 30, 60 + 3615/4 < 1000.
LIMITS = (Limit(timedelta(seconds=3.5), burst=8), Limit(timedelta(seconds=4), burst=60))
TWICE_SECONDS = 120
"""Within that, WeCom drops a text that is sent again after an answer was lost."""
THREADS = 16
"""As many as the sender has on their way at once: none waits for another behind a slow answer."""


class WeComChannel:
    """`pictures` gives media type and bytes by a picture's id; it may block. `clock` gives seconds since 1970."""

    def __init__(
        self,
        *,
        corp_id: str,
        agent_id: int,
        secret: str,
        token: str,
        aes_key: str,
        api_url: str,
        intake: Intake,
        pictures: Callable[[str], tuple[str, bytes] | None],
        chinese: bool = True,
        time_outs: tuple[float, float] = TIME_OUTS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._agent_id = agent_id
        self._chinese = chinese
        self._pictures = pictures
        self._api = Api(corp_id, secret, api_url, time_outs=time_outs, connections=THREADS)
        self._callback = Callback(corp_id, token, aes_key, intake, clock)
        self._threads = ThreadPoolExecutor(THREADS, "wecom")

    @property
    def name(self) -> str:
        return CHANNEL

    @property
    def identities(self) -> str:
        return CHANNEL

    @property
    def limits(self) -> Sequence[Limit]:
        return LIMITS

    @property
    def alone(self) -> bool:
        return False

    @property
    def refusal_hint(self) -> str:
        return "if they are WeCom's, CANMOU_WECOM_TOKEN or CANMOU_WECOM_AES_KEY is not this application's"

    def place(self, conversation_id: str) -> str:
        return conversation_id.partition(":")[0]

    def pages(self, reply: Reply) -> Sequence[Reply]:
        return cards.pages(reply, chinese=self._chinese)

    async def health(self) -> str:
        return "ok"  # WeCom calls us, and every call to it stands by itself

    def routes(self) -> Sequence[Route]:
        return self._callback.routes()

    async def start(self) -> None:
        """Nothing stays open: WeCom calls us."""

    async def stop(self) -> None:
        """What is on its way is finished first."""
        await asyncio.to_thread(self._threads.shutdown, cancel_futures=True)
        self._api.close()

    async def deliver(self, out: Outbound) -> str | None:
        content = out.content
        if isinstance(content, Suggest):
            return None
        user = _member(out.conversation_id)
        if isinstance(content, Say):
            return await self._in_thread(lambda: self._say(user, content.reply, out))
        if isinstance(content, Settle):
            return await self._in_thread(lambda: self._settle(user, content.label, content.handle))
        if isinstance(content, Picture):
            return await self._in_thread(lambda: self._picture(user, content, out))
        raise Refused("WeCom has no place for a person's own page")

    async def profile(self, account: str) -> Profile | None:
        """Of applications made since June 2022 WeCom keeps e-mail and mobile to itself: then it is an empty one."""
        if not is_account(account):
            return None
        found = await self._in_thread(lambda: self._asked(lambda: self._api.get("user/get", {"userid": account})))
        if found is None:
            return None
        emails = [found.get("email"), found.get("biz_mail")]
        told = dict.fromkeys(email.strip() for email in emails if isinstance(email, str) and email.strip())
        mobile = found.get("mobile")
        return Profile(tuple(told), mobile if isinstance(mobile, str) and mobile.strip() else None)

    async def members(self, conversation_id: str) -> frozenset[str] | None:
        return None

    async def account_of(self, *, mobile: str | None = None, email: str | None = None) -> str | None:
        """The member whose mobile or e-mail it is; None if WeCom knows nobody. Raises Unreachable."""
        return await self._in_thread(lambda: self._account_of(mobile, email))

    async def put_menu(self) -> None:
        """Puts the menu at the foot of the chat. Raises NotDelivered."""
        params = {"agentid": self._agent_id}
        await self._in_thread(lambda: self._api.post("menu/create", menu(chinese=self._chinese), params=params))

    # -- below runs in threads

    def _say(self, user: str, reply: Reply, out: Outbound) -> str | None:
        if not reply.buttons:
            # Not markdown: 微工作台 inside WeChat shows none of it, and our replies need none.
            return self._text(user, cards.text_of(reply), out)
        try:
            card = cards.template_card(reply, cards.task_id(out.key), chinese=self._chinese)
        except ValueError as error:
            raise Refused(str(error)) from None
        try:
            return self._send(user, {"msgtype": "template_card", "template_card": card}, out)
        except Refused as refusal:
            # Its task_id is the same each time, and WeCom shows no task twice. Whether it says so, and by which code,
            # is not documented; some see errcode 0.
            if out.attempt > 1 and "task" in refusal.reason.lower():
                return None
            raise

    def _text(self, user: str, text: str, out: Outbound) -> str | None:
        if not text or size(text) > cards.TEXT_BYTES:
            raise Refused("no text, or more than WeCom shows of it: send what pages() gave")
        message: dict[str, Any] = {"msgtype": "text", "text": {"content": text}, "safe": 0}
        if out.attempt > 1:  # only then: what is said twice on purpose arrives twice
            message |= {"enable_duplicate_check": 1, "duplicate_check_interval": TWICE_SECONDS}
        return self._send(user, message, out)

    def _picture(self, user: str, picture: Picture, out: Outbound) -> str | None:
        found = self._pictures(picture.id)
        if found is None:
            pages = cards.pages(Reply((picture.text,)), chinese=self._chinese)
            if not pages:
                raise Refused("the picture is gone")
            return self._text(user, cards.text_of(pages[0]), out)
        media_type, data = found
        file = {"media": (clean(picture.name).encode("ascii", "replace").decode() or "picture", data, media_type)}
        media = self._api.post("media/upload", params={"type": "image"}, files=file)
        message = {"msgtype": "image", "image": {"media_id": media.get("media_id")}, "safe": 0}
        return self._send(user, message, out)

    def _settle(self, user: str, label: str, handle: Handle) -> None:
        code = handle.get("response_code")
        if not code:
            return
        update = {
            "userids": [user],
            "agentid": self._agent_id,
            "response_code": code,
            "button": {"replace_name": cards.settled_name(label, chinese=self._chinese)},
        }
        try:
            self._api.post("message/update_template_card", update)
        except Refused as refusal:  # used already, older than 72 h: a card that looks as before harms nobody
            log.info("a card was not updated: %s", refusal.reason)

    def _send(self, user: str, message: dict[str, Any], out: Outbound) -> str | None:
        data = {"touser": user, "agentid": self._agent_id, **message}
        answer = self._api.post("message/send", data, headers={"Idempotency-Key": _header(out.key)})
        for what in ("invaliduser", "unlicenseduser"):
            if answer.get(what):
                raise Refused(f"{what}: WeCom takes no message for this member")
        message_id = answer.get("msgid")
        return message_id if isinstance(message_id, str) else None

    def _account_of(self, mobile: str | None, email: str | None) -> str | None:
        asked: list[tuple[str, dict[str, Any]]] = []
        if mobile:
            asked.append(("user/getuserid", {"mobile": mobile}))
        if email:
            # 1: the company's mail, 2: the member's own
            asked += [("user/get_userid_by_email", {"email": email, "email_type": kind}) for kind in (1, 2)]
        for path, data in asked:
            found = self._asked(partial(self._api.post, path, data))
            account = found.get("userid") if found else None
            if isinstance(account, str) and is_account(account):
                return account
        return None

    def _asked(self, ask: Callable[[], dict[str, Any]]) -> dict[str, Any] | None:
        """What the directory answers; None if it knows nobody, or not for us. Raises Unreachable."""
        try:
            return ask()
        except Refused:
            return None
        except Misconfigured as wrong:
            if wrong.setting in _NOT_FOR_US:
                return None
            raise Unreachable(wrong.reason) from None
        except Unreachable:
            raise
        except NotDelivered as other:
            raise Unreachable(other.reason) from None

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


_NOT_FOR_US = ("API权限", "可见范围")


def _member(conversation_id: str) -> str:
    """The member of a private chat; an application has no other. Above all it is never @all."""
    account = conversation_id.removeprefix("@").partition(":")[0]
    if not conversation_id.startswith("@") or not is_account(account):
        raise Refused("no chat with a member")
    return account


def _header(key: str) -> str:
    return key if key.isascii() and key.isprintable() else quote(key, safe=":/@,;=+ ")
