package dev.bantam.runtime.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressBarTest {

  @Test
  void shouldShowBytesRateAndTimeLeft() {
    String line = new ProgressBar(25_000_000, 100_000_000, 5_000_000).render("downloading", 100);

    assertThat(line)
        .contains("downloading", "[######..................]", " 25 %", "25.0 of 100.0 MB")
        .contains("5.0 MB/s", "0:15 left");
  }

  @Test
  void shouldNotForetellFromTheFirstBytes() {
    assertThat(new ProgressBar(16_384, 100_000_000, 320).render("downloading", 100))
        .doesNotContain("left");
    assertThat(new ProgressBar(16_384, 100_000_000, 50_000).render("downloading", 100))
        .contains("0.1 MB/s", "33:20 left");
  }

  @Test
  void shouldKeepToTheWidth() {
    assertThat(new ProgressBar(1, 100, 3).render("downloading", 30)).hasSizeLessThanOrEqualTo(30);
  }

  @Test
  void shouldDoWithoutATotal() {
    assertThat(new ProgressBar(2_000_000, 0, 0).render("downloading", 0))
        .contains("2.0 MB")
        .doesNotContain("%");
  }

  @Test
  void shouldWriteNoControlCharactersWhereThereIsNoTerminal() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Terminal terminal =
        new Terminal(new PrintStream(bytes, true, StandardCharsets.UTF_8), false, 80);

    terminal.progress("downloading", new ProgressBar(1, 100, 0));
    terminal.progress("downloading", new ProgressBar(100, 100, 0));
    terminal.line("done");

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .doesNotContain("\r", "\u001b")
        .contains("done");
  }
}
