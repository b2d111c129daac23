package dev.bantam.inference.generation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StopStringsTest {

  @ParameterizedTest(name = "{0} of {2} gives {1}")
  @CsvSource({
    // text, expected, stops (separated by |)
    "hello world, hello world, END",
    "hello END of it, 'hello ', END",
    "END, '', END",
    "helloEN, helloEN, END",
    "EEND, E, END",
    "ENENDx, EN, END",
    "aabaabaaab, aab, aabaaa",
    "abcabcabd tail, abc, abcabd",
    "xyxyz, xy, xyz",
    "one two, 'one ', two|three",
    "one three two, 'one ', two|three",
    "abc, a, abcd|b",
    "abcd, '', abcd|bcd",
    "größe Ende, 'größe ', Ende",
    "a😀b😀😁c, a😀b, 😀😁",
  })
  void shouldCutBeforeTheStopStringHoweverTheTextIsSplit(
      String text, String expected, String stops) {
    List<String> stopList = Arrays.asList(stops.split("\\|"));
    for (List<String> pieces : splits(text)) {
      // Given
      StopStrings matcher = new StopStrings(stopList);
      StringBuilder out = new StringBuilder();

      // When
      pieces.forEach(piece -> out.append(matcher.push(piece)));
      boolean met = matcher.met();
      if (!met) {
        out.append(matcher.finish());
      }

      // Then
      assertThat(out).as("split as %s", pieces).hasToString(expected);
      assertThat(met).as("split as %s", pieces).isEqualTo(!text.equals(expected));
    }
  }

  @Test
  void shouldHoldBackOnlyWhatCouldBeginAStopString() {
    StopStrings matcher = new StopStrings(List.of("END"));
    assertThat(matcher.push("say E")).isEqualTo("say ");
    assertThat(matcher.push("N")).isEmpty();
    assertThat(matcher.push("X")).isEqualTo("ENX");
    assertThat(matcher.push("ok")).isEqualTo("ok");
  }

  @Test
  void shouldGiveOutNothingAfterTheStopString() {
    StopStrings matcher = new StopStrings(List.of("."));
    assertThat(matcher.push("a.b")).isEqualTo("a");
    assertThat(matcher.push("c")).isEmpty();
    assertThat(matcher.met()).isTrue();
  }

  /** All ways to cut a short text into pieces of whole characters. */
  private static List<List<String>> splits(String text) {
    int[] characters = text.codePoints().toArray();
    int cuts = Math.min(characters.length - 1, 10);
    List<List<String>> all = new ArrayList<>();
    for (int mask = 0; mask < 1 << cuts; mask++) {
      List<String> pieces = new ArrayList<>();
      StringBuilder piece = new StringBuilder();
      for (int i = 0; i < characters.length; i++) {
        piece.appendCodePoint(characters[i]);
        if (i >= cuts || (mask & 1 << i) != 0) {
          pieces.add(piece.toString());
          piece.setLength(0);
        }
      }
      all.add(pieces);
    }
    return all;
  }
}
