package dev.bantam.runtime.governor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfigReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GovernorSettingsTest {

  @TempDir Path folder;

  private GovernorSettings read(String section) {
    return new SiteConfigReader()
        .read("bantam.yaml", "device: a\nmqtt: {url: \"mqtt://127.0.0.1\"}\n" + section, folder)
        .orElseThrow(IllegalArgumentException::new)
        .governor();
  }

  private String problem(String section) {
    return ((ReadResult.Invalid<?>)
            new SiteConfigReader()
                .read(
                    "bantam.yaml",
                    "device: a\nmqtt: {url: \"mqtt://127.0.0.1\"}\n" + section,
                    folder))
        .report();
  }

  @Test
  void shouldTakeNoStepsWithoutTheSection() {
    assertThat(read("").rules()).isEmpty();
  }

  @Test
  void shouldFillInWhatIsUsual() {
    assertThat(read("governor: {}").rules())
        .contains(
            new GovernorRules(
                new GovernorPolicy(Measure.steps(), Duration.ofSeconds(10), Duration.ofMinutes(1)),
                128,
                50,
                OptionalInt.empty(),
                MemoryLimits.USUAL));
  }

  @Test
  void shouldReadEveryKey() {
    assertThat(
            read("""
                governor:
                  ladder: [no_low_priority, shorter_answers]
                  step: 5s
                  hold: 2m
                  max_tokens: 32
                  context_percent: 25
                  min_frequency: 80
                  memory: {raised: 5, high: 12.5, critical: 50}
                """)
                .rules())
        .contains(
            new GovernorRules(
                new GovernorPolicy(
                    List.of(Measure.NO_LOW_PRIORITY, Measure.SHORTER_ANSWERS),
                    Duration.ofSeconds(5),
                    Duration.ofMinutes(2)),
                32,
                25,
                OptionalInt.of(80),
                new MemoryLimits(5, 12.5, 50)));
  }

  @Test
  void shouldPutASitesWordOverTheProfiles() {
    GovernorSettings profile = read("governor: {step: 5s, memory: {high: 30}}");

    GovernorRules rules =
        profile.over(read("governor: {ladder: [], memory: {critical: 70}}")).rules().orElseThrow();

    assertThat(rules.policy().ladder()).isEmpty();
    assertThat(rules.policy().step()).isEqualTo(Duration.ofSeconds(5));
    assertThat(rules.memory()).isEqualTo(new MemoryLimits(10, 30, 70));
    assertThat(profile.over(GovernorSettings.NONE)).isEqualTo(profile);
  }

  @Test
  void shouldRefuseWhatCannotBe() {
    assertThat(problem("governor: {ladder: [sleep]}")).contains("governor.ladder[0]");
    assertThat(problem("governor: {memory: {high: 5}}"))
        .contains(
            "governor.memory: must be in the order of their names, but raised is 10.0, high 5.0");
    assertThatThrownBy(
            () ->
                read("governor: {memory: {raised: 20}}")
                    .over(read("governor: {memory: {high: 15}}"))
                    .rules())
        .hasMessageContaining("(device profile and bantam.yaml together)");
  }
}
