"""WeCom's side of the callback: messages and events as documented (90239, 90240), encrypted, signed, sent again."""

from __future__ import annotations

import itertools
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import requests
import xmltodict
from wechatpy.enterprise.crypto import PrpCrypto, WeChatCrypto
from wechatpy.utils import WeChatSigner

TIME_OUT = 5.0
RETRIES = 3


@dataclass(frozen=True)
class Request:
    """A callback as it goes over the wire."""

    query: dict[str, str]
    body: bytes

    @property
    def query_string(self) -> str:
        return urlencode(self.query)


@dataclass(frozen=True)
class Delivery:
    """How a callback went: the last status (None: no answer in time), the answer, how often it was sent."""

    status: int | None
    body: str
    tries: int


class Callbacks:
    """Encrypts and signs like WeCom. `url` is the whole address of the callback; `clock` gives seconds since 1970."""

    def __init__(
        self, corp_id: str, token: str, aes_key: str, agent_id: int, url: str = "", *,
        clock: Callable[[], float] = time.time, seed: int = 7,
    ) -> None:  # fmt: skip
        self.corp_id, self.token, self.agent_id, self.url = corp_id, token, agent_id, url
        self._crypto = WeChatCrypto(token, aes_key, corp_id)
        self._clock = clock
        self._random = random.Random(seed)
        self._ids = itertools.count(7_300_000_000_000_000_001)

    # -- what members do

    def text(self, user: str, content: str, **more: object) -> str:
        return self.message(user, "text", Content=content, **more)

    def voice(self, user: str, recognition: str = "", **more: object) -> str:
        said = {"Recognition": recognition} if recognition else {}
        return self.message(user, "voice", MediaId="media-voice", Format="amr", **said, **more)

    def image(self, user: str, **more: object) -> str:
        return self.message(user, "image", PicUrl="https://p.example/1.jpg", MediaId="media-image", **more)

    def video(self, user: str, **more: object) -> str:
        return self.message(user, "video", MediaId="media-video", ThumbMediaId="media-thumb", **more)

    def file(self, user: str, name: str, **more: object) -> str:
        return self.message(user, "file", MediaId="media-file", FileName=name, **more)

    def location(self, user: str, label: str, x: str = "23.134521", y: str = "113.358803", **more: object) -> str:
        where = {"Location_X": x, "Location_Y": y, "Scale": 20, "Label": label, "AppType": "wxwork"}
        return self.message(user, "location", **where, **more)

    def link(self, user: str, title: str, url: str, **more: object) -> str:
        return self.message(user, "link", Title=title, Description="", Url=url, PicUrl="", **more)

    def enter_agent(self, user: str, **more: object) -> str:
        return self.event(user, "enter_agent", EventKey="", **more)

    def subscribe(self, user: str, **more: object) -> str:
        return self.event(user, "subscribe", **more)

    def unsubscribe(self, user: str, **more: object) -> str:
        return self.event(user, "unsubscribe", **more)

    def click(self, user: str, key: str, **more: object) -> str:
        return self.event(user, "click", EventKey=key, **more)

    def view(self, user: str, url: str = "https://w.example/", **more: object) -> str:
        return self.event(user, "view", EventKey=url, **more)

    def reported_location(self, user: str, **more: object) -> str:
        return self.event(user, "LOCATION", Latitude="23.104", Longitude="113.320", Precision="65.000", **more)

    def card_tap(self, user: str, key: str, task_id: str, response_code: str, **more: object) -> str:
        card = {"EventKey": key, "TaskId": task_id, "CardType": "button_interaction", "ResponseCode": response_code}
        return self.event(user, "template_card_event", **card, **more)

    def card_menu(self, user: str, key: str, task_id: str, response_code: str, **more: object) -> str:
        card = {"EventKey": key, "TaskId": task_id, "CardType": "text_notice", "ResponseCode": response_code}
        return self.event(user, "template_card_menu_event", **card, **more)

    def batch_job_result(self) -> str:
        return self.event("sys", "batch_job_result", BatchJob={"JobId": "J1", "JobType": "sync_user", "ErrCode": 0})

    def change_contact(self, change: str = "update_user", user: str = "nie") -> str:
        return self.event("sys", "change_contact", ChangeType=change, UserID=user)

    def message(self, user: str, kind: str, **fields: object) -> str:
        head = {"MsgId": next(self._ids), **self._head(user), "MsgType": kind}
        return xml_of({**head, **fields, "AgentID": self.agent_id})

    def event(self, user: str, name: str, **fields: object) -> str:
        return xml_of({**self._head(user), "MsgType": "event", "Event": name, **fields, "AgentID": self.agent_id})

    def _head(self, user: str) -> dict[str, object]:
        return {"ToUserName": self.corp_id, "FromUserName": user, "CreateTime": int(self._clock())}

    # -- how WeCom sends it

    def signed(self, plain: str | bytes, *, timestamp: str | None = None, nonce: str | None = None) -> Request:
        """A document, encrypted and signed."""
        encrypted = PrpCrypto(self._crypto.key).encrypt(plain, self.corp_id).decode()
        body = f"<xml><ToUserName><![CDATA[{self.corp_id}]]></ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt>" \
            f"<AgentID><![CDATA[{self.agent_id}]]></AgentID></xml>"  # fmt: skip
        return Request(self.query(encrypted, timestamp=timestamp, nonce=nonce), body.encode())

    def query(self, encrypted: str, *, timestamp: str | None = None, nonce: str | None = None) -> dict[str, str]:
        timestamp = str(int(self._clock())) if timestamp is None else timestamp
        nonce = str(self._random.randrange(10**9, 10**10)) if nonce is None else nonce
        signer = WeChatSigner()
        signer.add_data(self.token, timestamp, nonce, encrypted)
        return {"msg_signature": signer.signature, "timestamp": timestamp, "nonce": nonce}

    def verification(self, echo: str = "8163640175318466117") -> Request:
        """The GET that checks an address."""
        encrypted = PrpCrypto(self._crypto.key).encrypt(echo, self.corp_id).decode()
        return Request({**self.query(encrypted), "echostr": encrypted}, b"")

    def send(self, xml: str, *, pause: float = 0.0, retries: int = RETRIES) -> Delivery:
        """Sends a document, again if there is no good answer within 5 s, three times. Blocks."""
        request = self.signed(xml)
        status: int | None = None
        body = ""
        for tries in range(1, retries + 2):
            try:
                answer = requests.post(self.url, params=request.query, data=request.body, timeout=TIME_OUT)
                status, body = answer.status_code, answer.text
                if status == 200:
                    return Delivery(status, body, tries)
            except requests.RequestException:
                status, body = None, ""
            if tries <= retries and pause:
                time.sleep(pause)
        return Delivery(status, body, retries + 1)


def xml_of(fields: dict[str, object]) -> str:
    """Fields as WeCom writes them: numbers plain, all else as CDATA."""
    return f"<xml>{_elements(fields)}</xml>"


def _elements(fields: dict[str, object]) -> str:
    parts = []
    for name, value in fields.items():
        if isinstance(value, dict):
            parts.append(f"<{name}>{_elements(value)}</{name}>")
        elif isinstance(value, int):
            parts.append(f"<{name}>{value}</{name}>")
        else:
            text = str(value)
            parts.append(f"<{name}>{escape(text) if ']]>' in text else f'<![CDATA[{text}]]>'}</{name}>")
    return "".join(parts)


def fields_of(xml: str) -> dict[str, str]:
    return dict(xmltodict.parse(xml)["xml"])
