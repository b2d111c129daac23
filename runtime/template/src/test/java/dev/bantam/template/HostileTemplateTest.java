package dev.bantam.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A template comes with a downloaded model: whatever it tries, it ends soon, with an error. */
@Timeout(30)
class HostileTemplateTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% for i in range(10**9) %}x{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
        "{% for i in range(99999) %}{% for j in range(99999) %}xxxxxxxxxxxx{% endfor %}{% endfor %}",
        "{{ 'x' * 10**9 }}",
        "{{ [0] * 10**9 }}",
        "{{ 10**10**10 }}",
        "{{ 9223372036854775807 + 1 }}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}",
        "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(99) %}{% set ns.l = ns.l + ns.l %}{% endfor %}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l }}",
        "{% set ns = namespace(l=[1]) %}{% for i in range(60) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}{{ ns.l | tojson }}",
        "{% set a = namespace(l=[1]) %}{% set b = namespace(l=[1]) %}{% for i in range(60) %}{% set a.l = [a.l, a.l] %}{% set b.l = [b.l, b.l] %}{% endfor %}{{ a.l == b.l }}",
        "{% set ns = namespace(l=[]) %}{% for i in range(9999) %}{% set ns.l = [ns.l] %}{% endfor %}{{ ns.l }}",
        "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f() %}{{ g() }}{% endmacro %}{% macro g() %}{{ f() }}{% endmacro %}{{ f() }}",
        "{% macro f(n) %}{% if n %}{{ f(n - 1) }}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(40) }}",
        "{% set s = 'a' * 1000000 %}{{ s | replace('a', s) }}",
        "{% set s = 'a' * 1000000 %}{{ s.replace('', s) }}",
        "{% set s = 'a' * 1000000 %}{{ s.join(s) }}",
        "{% set s = 'a' * 1000000 %}{{ s | list | join(s) }}",
        "{% set s = 'a' * 1000000 %}{{ (s + 'b') in (s + s) }}{% for i in range(999) %}{{ s.find(s[:500000] + 'b') }}{% endfor %}",
        "{{ 'a\\nb' | indent(10**9) }}",
        "{{ 'a\\nb\\n' * 100000 | indent('x' * 100000) }}",
        "{% set s = 'a' * 1000000 %}{% for i in range(99999) %}{% set t = s | upper %}{% endfor %}",
        "{% set ns = namespace(l=[]) %}{% for i in range(99999) %}{% set ns.l = ns.l + ['x' * 10000] %}{% endfor %}",
        "{% set ns = namespace() %}{% set ns.me = ns %}{{ [ns] | tojson }}",
        "{{ strftime_now('%A' * 1000000) }}",
        "{{ '%s' * 1000000 % 1 }}",
      })
  void shouldEndWhatWouldNotEnd(String source) {
    // When
    TemplateException error =
        catchThrowableOfType(
            TemplateException.class, () -> JinjaTemplate.compile(source).render(Map.of()));
    // Then
    assertThat(error).isNotNull();
    assertThat(error.line()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''.getClass()",
        "''['getClass']()",
        "''.class.forName('java.lang.Runtime')",
        "messages.getClass().getClassLoader()",
        "messages[0].getClass()",
        "messages.stream()",
        "messages.clear()",
        "messages[0].put('a', 1)",
        "raise_exception.getClass()",
        "range.__class__()",
        "namespace().attributes()",
        "loop.items()",
        "(1).toString()",
        "true.hashCode()",
        "none.name()",
        "''.__class__.__mro__",
        "self.__init__()",
        "cycler('a').next.call()",
      })
  void shouldReachNoJavaObject(String expression) {
    // Given
    Map<String, Object> variables = Map.of("messages", List.of(Map.of("role", "user")));
    // Then
    assertThatExceptionOfType(TemplateException.class)
        .isThrownBy(() -> JinjaTemplate.compile("{{ " + expression + " }}").render(variables));
  }

  @Test
  void shouldRefuseNestingThatWouldOverflowTheStack() {
    // Given
    List<String> sources =
        List.of(
            "{{ " + "(".repeat(50_000) + "1" + ")".repeat(50_000) + " }}",
            "{{ " + "[".repeat(50_000),
            "{{ " + "-".repeat(50_000) + "1 }}",
            "{{ " + "not ".repeat(40_000) + "1 }}",
            "{{ 1" + " + 1".repeat(40_000) + " }}",
            "{{ x" + ".a".repeat(50_000) + " }}",
            "{{ x" + "|e".repeat(50_000) + " }}",
            "{{ 1" + " if 1 else 1".repeat(10_000) + " }}",
            "{% if 1 %}".repeat(10_000),
            "x".repeat(TemplateLimits.MAX_SOURCE + 1));
    for (String source : sources) {
      // Then
      assertThatExceptionOfType(TemplateException.class)
          .as(source.substring(0, 20))
          .isThrownBy(() -> JinjaTemplate.compile(source).render(Map.of()));
    }
  }

  @Test
  void shouldNameTheLineOfAnErrorInTheSource() {
    // When
    TemplateException error =
        catchThrowableOfType(
            TemplateException.class,
            () -> JinjaTemplate.compile("a\nb\n{% if x %}\n{{ y | nope }}"));
    // Then
    assertThat(error.line()).isEqualTo(4);
    assertThat(error).hasMessageContaining("line 4").hasMessageContaining("nope");
  }

  @Test
  void shouldNameTheLineOfAnErrorWhileRendering() {
    // Given
    JinjaTemplate template =
        JinjaTemplate.compile("a\n\n{% if true %}\n  {{ missing.x }}\n{% endif %}");
    // When
    TemplateException error =
        catchThrowableOfType(TemplateException.class, () -> template.render(Map.of()));
    // Then
    assertThat(error.line()).isEqualTo(4);
    assertThat(error).hasMessageContaining("'missing' is undefined");
  }

  @Test
  void shouldRenderLongConversations() {
    // Given
    String content = "word ".repeat(200_000);
    JinjaTemplate template =
        JinjaTemplate.compile(
            "{% for m in messages %}{{ '<' + m.role + '>' + m.content | trim }}{% endfor %}");
    Map<String, String> message = Map.of("role", "user", "content", content);
    // When
    String prompt = template.render(Map.of("messages", List.of(message)));
    // Then
    assertThat(prompt).hasSize("<user>".length() + content.strip().length());
  }

  @Test
  void shouldTreatGenerationBlocksAsTransparent() {
    assertThat(JinjaTemplate.compile("{% generation %}a{% endgeneration %}").render(Map.of()))
        .isEqualTo("a");
  }
}
