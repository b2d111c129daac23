package dev.bantam.runtime.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.config.RouteConfig;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes in the documents are routes, and do what the documents say. */
class RoutesDocumentTest {

  private static final Path ROOT = Path.of(System.getProperty("bantam.root"));
  private static final Pattern YAML = Pattern.compile("(?ms)^```yaml\\n(.*?)^```");

  private static List<SiteConfig> sites(String document) throws Exception {
    List<SiteConfig> sites = new ArrayList<>();
    Matcher matcher = YAML.matcher(Files.readString(ROOT.resolve(document)));
    while (matcher.find()) {
      if (matcher.group(1).contains("routes:")) {
        sites.add(
            new SiteConfigReader()
                .read(document, matcher.group(1), ROOT)
                .orElseThrow(IllegalArgumentException::new));
      }
    }
    return sites;
  }

  private static List<DryRun.Stage> run(
      SiteConfig site, String route, String topic, String... payloads) {
    RouteConfig config =
        site.routes().routes().stream()
            .filter(r -> r.name().equals(route))
            .findFirst()
            .orElseThrow();
    DryRun dry = new DryRun(config, site);
    List<DryRun.Stage> stages = new ArrayList<>();
    for (String payload : payloads) {
      stages.addAll(dry.message(topic, payload, Optional.empty()));
    }
    stages.addAll(dry.closeWindows(Optional.empty()));
    return stages;
  }

  private static DryRun.Stage last(List<DryRun.Stage> stages) {
    return stages.get(stages.size() - 1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "runtime/docs/routes.md"})
  void shouldTakeTheFirstRoute(String document) throws Exception {
    SiteConfig site = sites(document).get(0);
    DryRun.Stage request = last(run(site, "boiler-state", "plant/boiler/7/temp", "{\"t\": 97}"));
    assertThat(request.name()).isEqualTo("request");
    assertThat(request.details().toString()).contains("The boiler is overheated.");
  }

  @Test
  void shouldTakeTheOtherRoutes() throws Exception {
    SiteConfig site = sites("runtime/docs/routes.md").get(1);
    assertThat(last(run(site, "vibration", "plant/a/7/vibration", "1", "1.01", "4")).details())
        .containsEntry("topic", "plant/a/7/vibration/minute")
        .containsEntry("payload", "{\"mean\": 2.5, \"max\": 4.0, \"n\": 2}");
    assertThat(
            last(run(site, "log-triage", "site/1/log", "DEBUG x", "The pump stopped.")).details())
        .asString()
        .contains("\"The pump stopped.\" 0 s ago");
    assertThat(last(run(site, "extract", "orders/1/mail", "Help!\nNow")).details())
        .asString()
        .contains("Is this urgent? \"Help!\\nNow\"");
  }
}
