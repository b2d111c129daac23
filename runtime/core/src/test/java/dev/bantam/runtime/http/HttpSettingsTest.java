package dev.bantam.runtime.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.ReadResult;
import dev.bantam.runtime.config.SiteConfig;
import dev.bantam.runtime.config.SiteConfigReader;
import dev.bantam.runtime.machine.ListenAddress;
import dev.bantam.runtime.profile.DeviceProfile;
import dev.bantam.runtime.profile.DeviceProfileReader;
import dev.bantam.runtime.profile.DeviceProfiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code http} of {@code bantam.yaml} and of device profiles. */
class HttpSettingsTest {

  private static final String SITE = "device: a\nmqtt: {url: mqtt://b}\n";

  private static ReadResult<SiteConfig> read(String text) {
    return new SiteConfigReader().read("bantam.yaml", text, Path.of("/"));
  }

  private static HttpSettings site(String http) {
    return read(SITE + "http: " + http + "\n").orElseThrow(IllegalArgumentException::new).http();
  }

  private static DeviceProfile profile(String rest) {
    return new DeviceProfileReader()
        .read(
            "p.yaml",
            "name: p\nmatch: {}\ncontext_length: 64\n"
                + "slots: [{name: s, plugin: p, model: m}]\n"
                + rest)
        .orElseThrow(IllegalArgumentException::new);
  }

  @Test
  void shouldListenOnLoopbackWhereNothingIsSaid() {
    HttpSettings settings = read(SITE).orElseThrow(IllegalArgumentException::new).http();

    assertThat(settings).isEqualTo(HttpSettings.NONE);
    assertThat(HttpSettings.USUAL.isLoopback()).isTrue();
    assertThat(settings.limits())
        .isEqualTo(new HttpSettings.Limits(16, 8192, Duration.ofSeconds(10)));
    assertThat(settings.warning()).isEmpty();
  }

  @Test
  void shouldGoOverTheProfilesLimitsKeyByKey() {
    // Given
    HttpSettings profile = profile("http: {max_connections: 4, max_request_bytes: 4KiB}\n").http();

    // When
    HttpSettings both = profile.over(site("{listen: '0.0.0.0:9100', max_connections: 2}"));

    // Then
    assertThat(both.limits()).isEqualTo(new HttpSettings.Limits(2, 4096, Duration.ofSeconds(10)));
    assertThat(both.listen()).contains(new ListenAddress("0.0.0.0", 9100));
    assertThat(both.warning()).get().asString().contains("anybody who reaches 0.0.0.0:9100");
  }

  @Test
  void shouldHaveOtherLimitsOnMachinesOfATier() {
    DeviceProfile profile =
        profile(
            "http: {timeout: 5s}\n"
                + "tiers:\n  - {max_memory: 512MiB, http: {max_connections: 3}}\n");

    assertThat(profile.withMemory(512L << 20).http().limits())
        .isEqualTo(new HttpSettings.Limits(3, 8192, Duration.ofSeconds(5)));
    assertThat(profile.withMemory(1L << 30).http().limits().connections()).isEqualTo(16);
  }

  @Test
  void shouldBeSmallerOnSmallBoards() throws Exception {
    for (String board : List.of("raspberry-pi-zero-2w", "raspberry-pi-3")) {
      assertThat(DeviceProfiles.load().get(board).http().limits())
          .as(board)
          .isEqualTo(new HttpSettings.Limits(4, 4096, Duration.ofSeconds(5)));
    }
    assertThat(DeviceProfiles.load().get("raspberry-pi-4").http()).isEqualTo(HttpSettings.NONE);
  }

  @Test
  void shouldBeSwitchedOff() {
    HttpSettings off = profile("http: {max_connections: 4}\n").http().over(site("{listen: none}"));

    assertThat(off.isOff()).isTrue();
    assertThat(off.listen()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "listen: everywhere! ~ http.listen: must be ADDRESS:PORT such as 0.0.0.0:9883, but it is \"everywhere!\"; or none, for none",
        "listen: '127.0.0.1:0' ~ http.listen: must be ADDRESS:PORT",
        "listen: '127.0.0.1:65536' ~ http.listen: must be ADDRESS:PORT",
        "listen: '127.0.0.1:80/x' ~ http.listen: must be ADDRESS:PORT",
        "max_request_bytes: 1023 ~ http.max_request_bytes: must be from 1KiB to 1MiB",
        "max_request_bytes: 2MiB ~ http.max_request_bytes: must be from 1KiB to 1MiB",
        "max_request_bytes: many ~ http.max_request_bytes: must be a size such as 1MiB",
        "max_connections: 0 ~ http.max_connections: must be a whole number from 1 to 1000",
        "timeout: 0s ~ http.timeout: must be longer than 0s",
        "timeout: 1h ~ http.timeout: must be longer than 0s, and 10m at most",
        "tls: true ~ http.tls: ",
      })
  void shouldSayWhatIsWrong(String key, String problem) {
    ReadResult<SiteConfig> read = read(SITE + "http:\n  " + key + "\n");

    assertThat(read).isInstanceOf(ReadResult.Invalid.class);
    assertThat(((ReadResult.Invalid<SiteConfig>) read).report())
        .contains("bantam.yaml:4: " + problem);
  }

  @Test
  void shouldNotListenByAProfile() {
    assertThat(
            new DeviceProfileReader()
                .read("p.yaml", "name: p\nextends: raspberry-pi-4\nhttp: {listen: '0.0.0.0:1'}\n"))
        .isInstanceOf(ReadResult.Invalid.class);
  }

  @Test
  void shouldTakeThePagesExamples() throws Exception {
    String page = Files.readString(Path.of("../docs/health.md"));
    List<String> examples =
        Pattern.compile("(?ms)^```yaml\\n(device:.*?)^```")
            .matcher(page)
            .results()
            .map(match -> match.group(1))
            .toList();

    assertThat(examples).isNotEmpty();
    assertThat(examples)
        .allSatisfy(example -> assertThat(read(example)).isInstanceOf(ReadResult.Valid.class));
  }
}
