"""The workload's lines as the platforms of the Python peers would deliver them."""

import json
from typing import Any

people: dict[str, int] = {}


def telegram(line: dict[str, Any]) -> bytes:
    """An update of the Bot API."""
    chat = {"id": -1 - int(line["room"][4:]), "type": "supergroup", "title": line["room"]}
    who = {"id": number_of(line["sender"]), "is_bot": False, "first_name": line["sender"]}
    number = int(line["id"][1:])
    message = {"message_id": number, "date": 1, "chat": chat, "from": who, "text": line["text"]}
    return json.dumps({"update_id": number, "message": message}).encode()


def onebot(line: dict[str, Any]) -> bytes:
    """A group message of OneBot v11."""
    who = number_of(line["sender"])
    about: dict[str, Any] = {"time": 1, "self_id": 10000, "post_type": "message", "message_type": "group"}
    about |= {"sub_type": "normal", "group_id": int(line["room"][4:]), "user_id": who, "font": 0}
    about |= {"message_id": int(line["id"][1:]), "raw_message": line["text"], "anonymous": None}
    about["message"] = [{"type": "text", "data": {"text": line["text"]}}]
    about["sender"] = {"user_id": who, "nickname": line["sender"], "card": line["sender"], "role": "member"}
    return json.dumps(about).encode()


def number_of(person: str) -> int:
    """Platforms know people by numbers."""
    return people.setdefault(person, len(people) + 1)
