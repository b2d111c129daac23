package dev.bantam.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelReferenceTest {

  @ParameterizedTest
  @ValueSource(strings = {"smollm2-135m-instruct", "a:1", "a@q4_1", "phi-3:1.0.0@int4-b32"})
  void shouldPrintWhatItParsed(String text) {
    assertThat(ModelReference.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "A", "a:", "a@", "../a", "a/b", "a:1:2", ".hidden"})
  void shouldRefuseOtherForms(String text) {
    assertThatThrownBy(() -> ModelReference.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name:version@variant");
  }

  @Test
  void shouldMatchWhatItLeavesOpen() {
    ModelReference full = ModelReference.parse("a:1@q4");
    assertThat(ModelReference.parse("a").matches(full)).isTrue();
    assertThat(ModelReference.parse("a:1").matches(full)).isTrue();
    assertThat(ModelReference.parse("a@q8").matches(full)).isFalse();
    assertThat(ModelReference.parse("b").matches(full)).isFalse();
  }

  @Test
  void shouldOverlapWhereBothAskForOneVariant() {
    ModelReference held = ModelReference.parse("a:1@q4");
    for (String other : new String[] {"a", "a:1", "a@q4", "a:1@q4"}) {
      assertThat(held.overlaps(ModelReference.parse(other))).as(other).isTrue();
      assertThat(ModelReference.parse(other).overlaps(held)).as(other).isTrue();
    }
    for (String other : new String[] {"b", "a:2", "a@q8", "a:1@q8"}) {
      assertThat(held.overlaps(ModelReference.parse(other))).as(other).isFalse();
    }
    assertThat(ModelReference.parse("a:1").overlaps(ModelReference.parse("a@q4"))).isTrue();
  }
}
