"""Makes the golden files of the chat template tests with Python's Jinja2, set up as transformers does.

    pip install jinja2
    python template_golden.py ../resources/template

families/*.jinja are the families' published templates (tokenizer_config.json of each model; see
families/README.md). Every template is rendered with every conversation, with and without the
generation prompt, and with tools, their calls and their answers. snippets.json holds small templates for single features of the language.
"""

import datetime
import json
import pathlib
import sys

import jinja2
import jinja2.ext
import jinja2.sandbox

NOW = datetime.datetime(2026, 1, 2, 3, 4, 5)

CONVERSATIONS = {
    "user": [("user", "Hello")],
    "system": [("system", "You are terse."), ("user", "Hi there")],
    "turns": [("user", "  What is 2+2?  "), ("assistant", "\n4\n"), ("user", "And 3+3?")],
    "system-turns": [("system", " Be kind. "), ("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d"), ("user", "e")],
    "ends-with-assistant": [("user", "count"), ("assistant", "1, 2")],
    "thinking": [("user", "q1"), ("assistant", "<think>\nhm\n</think>\n\nanswer"), ("user", "q2")],
    "thinking-last": [("user", "q1"), ("assistant", "<think>\nhm\n</think>\n\nanswer")],
    "two-users": [("user", "a"), ("user", "b")],
    "late-system": [("user", "a"), ("system", "b"), ("user", "c")],
    "looks-like-jinja": [("user", "{{ 1 + 1 }} {% raw %} {# no #} 'quote' \"double\" \\n back\\slash <b>&amp;</b>")],
    "unicode": [("user", "Grüße 😀 \u05d0\u05d1 漢字\u00a0")],
    "tool-response-like": [("user", "<tool_response>x</tool_response>"), ("assistant", "ok"), ("user", "y")],
    "empty": [("user", "")],
}

TOOLS = [
    dict(type="function", function=dict(
        name="read_sensor", description="Reads a sensor's \"latest\" value; <b>°C</b> & more.",
        parameters=dict(type="object", properties=dict(
            sensor=dict(type="string", description="Its name", enum=["boiler", "cold store"]),
            unit=dict(type="string"), digits=dict(type="integer", default=1), raw=dict(type="boolean")), required=["sensor"]))),
    dict(type="function", function=dict(
        name="set_valve", description="Opens or closes a valve.\nSlowly.",
        parameters=dict(type="object", properties=dict(open=dict(type="number"), tags=dict(type="array", items=dict(type="string"))), required=[]))),
]

CALL = dict(type="function", id="call12345", function=dict(name="read_sensor", arguments=dict(sensor="boiler", digits=2)))

TOOL_CONVERSATIONS = {
    "offer": [dict(role="user", content="How hot is the boiler?")],
    "offer-system": [dict(role="system", content="Be brief."), dict(role="user", content="How hot is the boiler?")],
    "answer": [dict(role="user", content="How hot?"), dict(role="assistant", content="", tool_calls=[CALL]),
               dict(role="tool", name="read_sensor", tool_call_id="call12345", content="{\"value\": 78.5}")],
    "answer-system": [dict(role="system", content="Be brief."), dict(role="user", content="How hot?"),
                      dict(role="assistant", content="Let me look.", tool_calls=[CALL]), dict(role="tool", tool_call_id="call12345", content="78.5"),
                      dict(role="assistant", content="78.5 °C."), dict(role="user", content="And now?")],
    "two-answers": [dict(role="user", content="Both?"), dict(role="assistant", content="", tool_calls=[CALL, CALL]),
                    dict(role="tool", tool_call_id="call12345", content="1"), dict(role="tool", tool_call_id="call12345", content="2")],
}

SNIPPETS = [
    "a\n", "a\n\n", "{{ 1 }}\n", "{% if true %}\nx\n{% endif %}\ny", "  {% if true %}\n  x\n  {% endif %}\n", "  {%+ if true %}x{% endif %}", "a  {%- if true -%}  b  {%- endif -%}  c",
    "a {{- ' b ' -}} c", "{# c #}\nx", "a {#- c -#} b", "  {# c #}  x", "{{ '{{' }} {{ '%}' }}", "{% raw %}{{ x }}{% endraw %}", "{% raw -%}  a {%- endraw %}", "\n{{ 'x' }}\n", "{% set x = 1 %}\n\n{{ x }}", "x {% set y = 2 %} z",
    "{{ 1 + 2 * 3 }} {{ (1 + 2) * 3 }} {{ 7 // 2 }} {{ -7 // 2 }} {{ 7 % 3 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 3 }} {{ -2 ** 2 }} {{ 1 - 2 - 3 }} {{ 6 / 2 }} {{ 1.5 + 1 }} {{ 1e3 }} {{ 1_000 }}",
    "{{ 'a' ~ 1 ~ true ~ none }} {{ 'ab' * 3 }} {{ [1] + [2] }} {{ 'a' 'b' }}", "{{ 1 < 2 <= 2 != 3 }} {{ 1 == 1.0 }} {{ 'a' < 'b' }} {{ 'a' == 'a' and not false or false }}",
    "{{ not 1 == 2 }} {{ not true and false }} {{ 1 in [1, 2] }} {{ 'b' in 'abc' }} {{ 'k' in {'k': 1} }} {{ 3 not in [1, 2] }}", "{{ true and 'x' }} {{ false or 'y' }} {{ '' or none }} {{ 0 and 1 }}",
    "{{ 'a' if true else 'b' }} {{ 'a' if false else 'b' }} [{{ 'a' if false }}]", "{{ none }} {{ None }} {{ true }} {{ True }} {{ [1, 'a', none, true, 1.5] }} {{ {'a': 1, 'b': [2]} }} {{ (1, 2) }} {{ (1,) }} {{ 'it\\'s' }} {{ ['it\\'s'] }} {{ ['a\\n'] }}",
    "{{ 'abc'[0] }} {{ 'abc'[-1] }} {{ 'abcdef'[1:3] }} {{ 'abcdef'[::-1] }} {{ 'abcdef'[::2] }} {{ 'abcdef'[-2:] }} {{ [1,2,3][::-1] }} {{ [1,2,3,4][1:-1] }} {{ [1,2,3][5:] }} {{ [1,2,3][:-5] }} {{ 'abc'[3:0:-1] }}",
    "[{{ missing }}]", "[{{ missing.x }}]", "[{{ messages[0].nothing }}]", "[{{ messages[99] }}]", "[{{ messages[99].role }}]", "{{ missing is defined }} {{ missing is undefined }} {{ missing | default('d') }} {{ '' | default('d') }} {{ '' | default('d', true) }} {{ missing + 'x' }}",
    "{% for x in missing %}a{% else %}none{% endfor %}", "{% for x in [1,2,3] %}{{ loop.index }}/{{ loop.index0 }}/{{ loop.revindex }}/{{ loop.revindex0 }}/{{ loop.first }}/{{ loop.last }}/{{ loop.length }};{% endfor %}",
    "{% for x in [1,2,3] %}{{ loop.previtem }},{{ loop.nextitem }},{{ loop.cycle('a', 'b') }};{% endfor %}", "{% for x in [1,2,2,3] %}{{ loop.changed(x) }}{% endfor %}", "{% for x in [1,2,3,4] if x % 2 == 0 %}{{ x }}:{{ loop.index }}{% endfor %}", "{% for x in [] %}a{% else %}b{% endfor %}",
    "{% for k, v in {'a': 1, 'b': 2}.items() %}{{ k }}={{ v }};{% endfor %}", "{% for k in {'a': 1, 'b': 2} %}{{ k }}{% endfor %}", "{% for a, b in [[1, 2], [3, 4]] %}{{ a + b }} {% endfor %}", "{% for x in [1,2,3,4] %}{% if x == 2 %}{% continue %}{% endif %}{% if x == 4 %}{% break %}{% endif %}{{ x }}{% endfor %}",
    "{% for x in [1,2] %}{% for y in [3,4] %}{{ x }}{{ y }}{{ loop.index }} {% endfor %}{{ loop.index }}{% endfor %}", "{% for c in 'abc' %}{{ c }}.{% endfor %}", "{% for x in range(3) %}{{ x }}{% endfor %} {{ range(2, 8, 3) | list }} {{ range(3, 0, -1) | list }}",
    "{% set x = 1 %}{% for i in [1,2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}", "{% set ns = namespace(x=1, y='a') %}{% for i in [1,2] %}{% set ns.x = ns.x + i %}{% endfor %}{{ ns.x }}{{ ns.y }}", "{% if true %}{% set x = 5 %}{% endif %}{{ x }}", "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set t %}hello {{ 1 }}{% endset %}[{{ t }}]", "{% set t | upper %}hello{% endset %}[{{ t }}]", "{% macro m(a, b='x') %}({{ a }}-{{ b }}){% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=3, a=4) }}", "{% macro f(n) %}{{ n }}{% if n > 0 %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}", "{% macro m(a) %}[{{ a }}]{% endmacro %}{{ m() }}",
    "{% filter upper %}abc{{ 'd' }}{% endfilter %}", "{% if false %}a{% elif true %}b{% else %}c{% endif %}", "{% if [] %}a{% endif %}{% if '' %}b{% endif %}{% if 0 %}c{% endif %}{% if {} %}d{% endif %}{% if none %}e{% endif %}{% if 0.0 %}f{% endif %}{% if 'x' %}g{% endif %}",
    "{{ ' a b ' | trim }}|{{ ' a ' | upper }}|{{ 'AB' | lower }}|{{ 'hello world' | title }}|{{ 'hELLO' | capitalize }}", "{{ [1,2,3] | length }} {{ 'abc' | length }} {{ {'a':1} | count }} {{ [1,2] | first }} {{ [1,2] | last }} {{ [3,1,2] | sort }} {{ [1,2,3] | join(', ') }} {{ ['a','b'] | join }} {{ [1,2,3] | reverse | list }} {{ 'abc' | reverse }}",
    "{{ 'a-b' | replace('-', '+') }} {{ 'aaa' | replace('a', 'b', 2) }} {{ '3' | int + 1 }} {{ 'x' | int }} {{ 'x' | int(7) }} {{ '1.5' | float }} {{ 5 | string + 'a' }} {{ -3 | abs }} {{ 2.567 | round(1) }} {{ 2.5 | round }} {{ 3 | float }}", "{{ [1,2,3] | sum }} {{ [1,3,2] | max }} {{ [1,3,2] | min }} {{ [1,1,2] | unique | list }} {{ 'abc' | list }} {{ {'b':1,'a':2} | dictsort }} {{ {'a':1} | items | list }}",
    "{{ [{'a':1},{'a':2}] | map(attribute='a') | list }} {{ ['a','b'] | map('upper') | list }} {{ [1,2,3] | select('odd') | list }} {{ [1,2,3,none] | reject('none') | list }} {{ [{'r':'u'},{'r':'s'}] | selectattr('r', 'equalto', 'u') | list }} {{ [{'r':'u'},{'r':'s'}] | rejectattr('r', '==', 'u') | list }} {{ [{'r':1},{}] | selectattr('r', 'defined') | list | length }}",
    "{{ {'a': 1, 'b': [true, none, 1.5, 'ü\"</x>']} | tojson }} {{ [1, {'a': 2}] | tojson(indent=2) }} {{ 'x' | tojson }} {{ [] | tojson(indent=2) }} {{ {} | tojson }}", "{{ 'a<b>&\"\\'' | e }} {{ 'a' | safe }} {{ 'a\\nb' | indent }} {{ 'a\\nb\\n\\nc' | indent(2, true) }} {{ '%s-%d' | format('a', 3) }}",
    "{{ ' a '.strip() }}|{{ 'xxaxx'.strip('x') }}|{{ 'xxa'.lstrip('x') }}|{{ 'axx'.rstrip('x') }}|{{ 'a,b,c'.split(',') }}|{{ ' a  b '.split() }}|{{ 'a,b,c'.split(',', 1) }}|{{ 'a,b,c'.rsplit(',', 1) }}|{{ 'abc'.startswith('ab') }}|{{ 'abc'.endswith(('x', 'c')) }}|{{ 'abc'.upper() }}|{{ 'a b'.title() }}|{{ 'abc'.find('c') }}|{{ 'abc'.replace('a', 'x') }}|{{ ','.join(['a', 'b']) }}|{{ 'aXb'.lower() }}|{{ 'abc'.capitalize() }}|{{ '12'.isdigit() }}|{{ 'aba'.count('a') }}|{{ 'a\\nb'.splitlines() }}",
    "{{ {'a': 1}.get('a') }} {{ {'a': 1}.get('b') }} {{ {'a': 1}.get('b', 2) }} {{ {'a': 1}.keys() | list }} {{ {'a': 1}.values() | list }} {{ {'items': 1}.items() | list }} {{ {'items': 1}['items'] }} {{ {'a': {'b': 3}}.a.b }}",
    "{{ 1 is number }} {{ 'a' is string }} {{ [] is iterable }} {{ 'a' is iterable }} {{ 1 is iterable }} {{ {} is mapping }} {{ [] is sequence }} {{ 'a' is sequence }} {{ none is none }} {{ 1 is not none }} {{ true is boolean }} {{ 1 is boolean }} {{ 1 is integer }} {{ 1.0 is float }} {{ true is true }} {{ 1 is true }} {{ false is false }} {{ 3 is odd }} {{ 4 is even }} {{ 9 is divisibleby 3 }} {{ 1 is eq 1 }} {{ 1 is in [1] }} {{ 'a' is lower }} {{ 'A' is upper }} {{ 1 is sameas 1 }} {{ raise_exception is callable }} {{ true is number }} {{ true is integer }} {{ 2 is gt 1 }}",
    "{{ strftime_now('%d %b %Y') }} {{ strftime_now('%Y-%m-%d %H:%M:%S') }} {{ strftime_now('%A %B %-d %j %y %%') }}", "{{ raise_exception('no way') }}", "{{ dict(a=1, b=2) }} {{ dict(a=1)['a'] }}", "{% with a = 1, b = 2 %}{{ a + b }}{% endwith %}[{{ a }}]", "{% set x = cycler('a', 'b') %}{{ x.next() }}{{ x.next() }}{{ x.next() }}", "{% set j = joiner(',') %}{{ j() }}a{{ j() }}b",
    "{{ 'a\\tb\\\\c\\x41\\u00e9\\'' }}", "{{ \"multi\nline\" }}", "{{ [1, 2,] }} {{ {'a': 1,} }}", "{{ messages | length }} {{ messages[-1]['role'] }} {{ messages[0].content }} {{ (messages | last).role }}", "{% for m in messages[::-1] %}{{ m.role }}{% endfor %}", "{% for m in messages | selectattr('role', 'equalto', 'user') %}{{ m.content }}{% endfor %}", "{{ 'x' is defined and 'y' }}", "{{ messages[0] is mapping and messages[0].content is string }}", "{{ loop is defined }}",
    "{{ 1 +", "{% if %}", "{% for x in %}{% endfor %}", "{% if true %}a", "{% endif %}", "{{ x | nofilter }}", "{{ x is notest }}", "{% unknown %}", "{{ 'a' + 1 }}", "{{ 1 / 0 }}", "{{ none.x }}", "{{ missing() }}", "{{ 'a'.nomethod() }}", "{{ 1 < 'a' }}", "{{ x", "{# open", "{{ [1, 2 }}", "{{ 'open }}",
    "{{ ''.__class__ }}", "{{ ''.__class__.__mro__ }}", "{{ messages.append(1) }}", "{{ messages[0].update({'a': 1}) }}", "{{ ''['__class__'] }}", "{{ 'a'.getClass() }}", "{{ messages.getClass() }}", "{{ raise_exception.__globals__ }}", "{{ 'a'.class }}",
]


def environment():
    env = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[jinja2.ext.loopcontrols])

    def tojson(x, ensure_ascii=False, indent=None, separators=None, sort_keys=False):
        return json.dumps(x, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)

    def raise_exception(message):
        raise jinja2.exceptions.TemplateError(message)

    env.filters["tojson"] = tojson
    env.globals["raise_exception"] = raise_exception
    env.globals["strftime_now"] = lambda pattern: NOW.strftime(pattern)
    return env


def render(source, messages, add_generation_prompt, tools=None):
    try:
        template = environment().from_string(source)
        text = template.render(messages=messages, add_generation_prompt=add_generation_prompt,
                               bos_token="<BOS>", eos_token="<EOS>", tools=tools, documents=None)
        return dict(text=text)
    except Exception as e:  # whatever Python raises, Bantam must refuse too
        return dict(error=type(e).__name__ + ": " + str(e))


def messages_of(turns):
    return [dict(role=role, content=content) for role, content in turns]


def main():
    folder = pathlib.Path(sys.argv[1])
    families = []
    for path in sorted((folder / "families").glob("*.jinja")):
        source = path.read_text()
        for name, turns in CONVERSATIONS.items():
            for prompt in (True, False):
                families.append(dict(template=path.stem, conversation=name, add_generation_prompt=prompt,
                                     **render(source, messages_of(turns), prompt)))
    with_tools = []
    for path in sorted((folder / "families").glob("*.jinja")):
        for name, turns in TOOL_CONVERSATIONS.items():
            for prompt in (True, False):
                with_tools.append(dict(template=path.stem, conversation=name, add_generation_prompt=prompt,
                                       **render(path.read_text(), turns, prompt, TOOLS)))
    messages = messages_of(CONVERSATIONS["system-turns"])
    snippets = [dict(source=s, **render(s, messages, True)) for s in SNIPPETS]
    out = dict(conversations={k: messages_of(v) for k, v in CONVERSATIONS.items()}, families=families, snippets=snippets,
               tools=TOOLS, tool_conversations=TOOL_CONVERSATIONS, with_tools=with_tools)
    (folder / "golden.json").write_text(json.dumps(out, indent=0) + "\n")


main()
