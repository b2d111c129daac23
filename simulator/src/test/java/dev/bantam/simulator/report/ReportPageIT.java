package dev.bantam.simulator.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.simulator.run.ReportExamples;
import dev.bantam.simulator.run.RunReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The report's page in a real browser. */
@Timeout(180)
class ReportPageIT {

  private static final String HOSTILE =
      "</script><script>window.harmed=1</script><img src=x onerror='window.harmed=2'>-->\u2028&lt;";

  /** How many colours there are on each canvas, seen at every third dot. */
  private static final String COLOURS =
      """
      [...document.querySelectorAll('canvas')].map(canvas => {
        const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        const colours = new Set();
        for (let i = 0; i < dots.length; i += 12) colours.add(dots[i] + ',' + dots[i + 1] + ',' + dots[i + 2] + ',' + dots[i + 3]);
        return colours.size;
      })
      """;

  @TempDir Path folder;

  @BeforeEach
  void requireBrowser() {
    boolean there = Chromium.executable().isPresent();
    if (System.getenv("CI") != null) {
      assertThat(there).as("chromium is installed, as ./bantam test does it").isTrue();
    }
    assumeTrue(there, "there is no chromium; ./bantam test installs it where it may");
  }

  private Chromium open(RunReport report) throws Exception {
    ReportFolder.at(Optional.of(folder)).write(report);
    Chromium browser = Chromium.start(Chromium.executable().orElseThrow());
    browser.ask("Emulation.setDeviceMetricsOverride", metrics(1280, 900));
    browser.open(folder.resolve("report.html"));
    return browser;
  }

  private static Map<String, Object> metrics(int width, int height) {
    return Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600);
  }

  @Test
  void shouldDrawItsPlotsWithoutHelpFromOutside() throws Exception {
    try (Chromium browser = open(ReportExamples.full("night-shift"))) {
      List<Integer> colours = ints(browser.evaluate(COLOURS));

      assertThat(colours).hasSize(7).allMatch(count -> count > 8);
      assertThat(browser.evaluate("document.title").asText())
          .isEqualTo("night-shift – not as expected");
      assertThat(texts(browser.evaluate(all("main h2"))))
          .contains(
              "Expectations",
              "Time to answer",
              "Requests",
              "Messages",
              "Memory",
              "Swaps",
              "Versions",
              "With and without swaps",
              "What happened",
              "Devices",
              "Faults",
              "Applications");
      assertThat(browser.evaluate("document.body.innerText").asText())
          .contains("kill -9 of the broker", "pi, slot triage has other:2", "✗ fails", "✓ holds");
      assertThat(browser.complaints()).isEmpty();
      assertThat(browser.requested())
          .allMatch(url -> url.startsWith("file:") || url.startsWith("data:"))
          .filteredOn(url -> url.startsWith("file:"))
          .containsExactly(folder.resolve("report.html").toUri().toString());
    }
  }

  @Test
  void shouldShowTextsAsTheyAreWhateverTheyAre() throws Exception {
    try (Chromium browser = open(ReportExamples.full(HOSTILE))) {
      assertThat(browser.evaluate("document.querySelector('h1').textContent").asText())
          .isEqualTo(HOSTILE);
      assertThat(browser.evaluate("'harmed' in window").asBoolean()).isFalse();
      assertThat(browser.evaluate("document.images.length").asInt()).isZero();
      assertThat(browser.evaluate(COLOURS)).hasSize(7);
      assertThat(browser.complaints()).isEmpty();
    }
    assertThat(Files.readString(folder.resolve("report.html"))).doesNotContain("<img");
  }

  @Test
  void shouldFitAPhoneAndTheDark() throws Exception {
    try (Chromium browser = open(ReportExamples.full("night-shift"))) {
      String background = "getComputedStyle(document.body).backgroundColor";
      String light = browser.evaluate(background).asText();
      browser.ask("Emulation.setDeviceMetricsOverride", metrics(360, 800));
      browser.ask(
          "Emulation.setEmulatedMedia",
          Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", "dark"))));

      // Sizes are observed before a frame is painted.
      browser.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))");
      assertThat(browser.evaluate("document.documentElement.scrollWidth").asInt())
          .isLessThanOrEqualTo(360);
      assertThat(browser.evaluate(background).asText()).isNotEqualTo(light);
      assertThat(ints(browser.evaluate(COLOURS))).hasSize(7).allMatch(count -> count > 8);
      assertThat(
              browser
                  .evaluate(
                      "[...document.querySelectorAll('canvas')].every(c => c.getAttribute('aria-label').length > 20)")
                  .asBoolean())
          .isTrue();
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void shouldShowARunInWhichNothingWasAsked() throws Exception {
    try (Chromium browser = open(ReportExamples.messagesOnly())) {
      assertThat(ints(browser.evaluate(COLOURS))).hasSize(3).allMatch(count -> count > 3);
      assertThat(texts(browser.evaluate(all("main h2"))))
          .contains("Messages")
          .doesNotContain(
              "Time to answer", "Requests", "Memory", "Swaps", "Applications", "What happened");
      assertThat(browser.complaints()).isEmpty();
    }
  }

  @Test
  void shouldWriteAReportOfThePublishedForm() throws Exception {
    ReportFolder.at(Optional.of(folder)).write(ReportExamples.full(HOSTILE));
    JsonNode report = new ObjectMapper().readTree(folder.resolve("report.json").toFile());

    assertThat(Reports.problems(report)).isEmpty();
    assertThat(report.get("scenario").asText()).isEqualTo(HOSTILE);
  }

  private static String all(String selector) {
    return "[...document.querySelectorAll('" + selector + "')].map(each => each.textContent)";
  }

  private static List<Integer> ints(JsonNode array) {
    return new ObjectMapper()
        .convertValue(array, new com.fasterxml.jackson.core.type.TypeReference<List<Integer>>() {});
  }

  private static List<String> texts(JsonNode array) {
    return new ObjectMapper()
        .convertValue(array, new com.fasterxml.jackson.core.type.TypeReference<List<String>>() {});
  }
}
