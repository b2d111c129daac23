package dev.bantam.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TopicNamesTest {

  @ParameterizedTest
  @ValueSource(strings = {"a", "/", "a//b", "$SYS/x", "a b", "\u00e9/\uD83D\uDE00"})
  void shouldTakeNames(String topic) {
    assertThat(TopicNames.isName(topic)).isTrue();
    assertThat(TopicNames.isLegalName(topic)).isTrue();
    assertThat(TopicNames.isFilter(topic)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/+", "#", "a+", "a#b", "a\u0000b"})
  void shouldTakeNoOtherNames(String topic) {
    assertThat(TopicNames.isName(topic)).isFalse();
    assertThat(TopicNames.isLegalName(topic)).isFalse();
  }

  /** A broker may take them; a device does not use them, for a broker may also hang up. */
  @ParameterizedTest
  @ValueSource(strings = {"a\nb", "a\u0085", "a\uFFFF", "a\uFDD0", "a\uD800"})
  void shouldNotUseWhatBrokersMayRefuse(String topic) {
    assertThat(TopicNames.isLegalName(topic)).isTrue();
    assertThat(TopicNames.isLegalFilter(topic)).isTrue();
    assertThat(TopicNames.isName(topic)).isFalse();
    assertThat(TopicNames.isFilter(topic)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "+, true",
    "#, true",
    "a/+/b/#, true",
    "+/+, true",
    "a/#/b, false",
    "a+/b, false",
    "a/b#, false",
    "++, false",
    "##, false"
  })
  void shouldTellFilters(String filter, boolean valid) {
    assertThat(TopicNames.isFilter(filter)).isEqualTo(valid);
    assertThat(TopicNames.isLegalFilter(filter)).isEqualTo(valid);
  }

  @Test
  void shouldBoundLevelsAndBytes() {
    assertThat(TopicNames.isName("/".repeat(199))).isTrue();
    assertThat(TopicNames.isName("/".repeat(200))).isFalse();
    assertThat(TopicNames.isLegalFilter("/".repeat(200))).isFalse();
    assertThat(TopicNames.isName("a".repeat(65_535))).isTrue();
    assertThat(TopicNames.isName("a".repeat(65_536))).isFalse();
    assertThat(TopicNames.isName("\u00e9".repeat(32_768))).isFalse();
  }

  @Test
  void shouldSplitLevels() {
    assertThat(TopicNames.levels("a")).containsExactly("a");
    assertThat(TopicNames.levels("/a//")).containsExactly("", "a", "", "");
  }

  @ParameterizedTest
  @CsvSource({
    "a/+/c, a/b/c, true",
    "a/+, a/b/c, false",
    "a/+, a/, true",
    "a/#, a, true",
    "a/#, a/b/c, true",
    "a/#, ab, false",
    "#, a/b, true",
    "+/+, /x, true",
    "+, /x, false",
    "a/b, a/b/, false",
    "#, $SYS/x, false",
    "+/x, $SYS/x, false",
    "$SYS/#, $SYS/x, true",
    "$SYS/+, $SYS/x, true",
    "a/+, a/$b, true"
  })
  void shouldMatchAsMqttDoes(String filter, String topic, boolean matches) {
    assertThat(TopicNames.matches(filter, topic)).isEqualTo(matches);
  }

  @ParameterizedTest
  @CsvSource({
    "a/b, a/b, true",
    "a/b, a/c, false",
    "a/+, +/b, true",
    "a/#, a, true",
    "a, a/#, true",
    "a/#, b/#, false",
    "#, x/y/z, true",
    "a/+/c, a/b/#, true",
    "a/+, a/b/c, false",
    "+/x, $SYS/x, false",
    "#, $SYS/x, false",
    "$SYS/+, $SYS/x, true",
  })
  void shouldTellWhetherFiltersOverlap(String first, String second, boolean expected) {
    assertThat(TopicNames.overlap(first, second)).isEqualTo(expected);
    assertThat(TopicNames.overlap(second, first)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "#, a/b, true",
    "a/#, a/+/c, true",
    "a/#, a, true",
    "a/+, a/b, true",
    "a/+, a/+, true",
    "a/b, a/+, false",
    "a/+, a/#, false",
    "a/+/c, a/b, false",
    "#, $SYS/x, false",
    "a/#, b/c, false",
  })
  void shouldTellWhetherOneFilterCoversAnother(String outer, String inner, boolean expected) {
    assertThat(TopicNames.covers(outer, inner)).isEqualTo(expected);
  }
}
