"""How each approach of classify-messages asks Bantam, and the slots that it needs."""
import dataclasses
import re
from typing import Callable

PROMPT = """Sort a message of an industrial gateway into one of these classes:

{labels}

Message: {text}

Answer with the name of the class alone: {names}."""


@dataclasses.dataclass(frozen=True)
class Approach:
    """A kind of model, and what asks it: of a site, a slot, a text, labels and examples it makes a label and seconds."""

    kind: str
    ask: Callable


def by_names(site, slot, text, labels, examples):
    return _best(*site.ask("classify", {"slot": slot, "text": text, "labels": list(labels)}))


def by_descriptions(site, slot, text, labels, examples):
    described = [{"text": what, "label": name} for name, what in labels.items()]
    return _best(*site.ask("classify", {"slot": slot, "text": text, "examples": described}))


def by_examples(site, slot, text, labels, examples):
    return _best(*site.ask("classify", {"slot": slot, "text": text, "examples": examples}))


def by_head(site, slot, text, labels, examples):
    return _best(*site.ask("classify", {"slot": slot, "text": text}))


def _best(answer, seconds):
    return answer["label"], seconds


def by_chat(site, slot, text, labels, examples):
    """The first name of a label that the model says; none is a wrong answer."""
    described = "\n".join(f"{name}: {what}" for name, what in labels.items())
    prompt = PROMPT.format(labels=described, text=text, names=", ".join(labels))
    answer, seconds = site.ask("chat", {"slot": slot, "prompt": prompt, "max_tokens": 8, "temperature": 0})
    said = re.findall("|".join(labels), answer["text"].lower())
    return (said[0] if said else ""), seconds


APPROACHES = {"names": Approach("encoder", by_names), "descriptions": Approach("encoder", by_descriptions),
              "examples": Approach("encoder", by_examples), "head": Approach("head", by_head), "chat": Approach("chat", by_chat)}


def slot_of(model):
    return model.replace(":", "-").replace("@", "-")


def profile(models, threads):
    """A device profile with a slot for each (kind, model)."""
    lines = ["format: 1", "name: messages", "title: Classifiers of messages side by side", "match: {}", f"threads: {threads}",
             "context_length: 2048", "slots:"]
    for kind, model in models:
        plugin, tasks = ("text-generation", "chat") if kind == "chat" else ("text-encoding", "classify")
        lines.append(f'  - {{name: {slot_of(model)}, plugin: {plugin}, model: "{model}", tasks: [{tasks}]}}')
    return "\n".join(lines) + "\n"
