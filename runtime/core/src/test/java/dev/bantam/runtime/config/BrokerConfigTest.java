package dev.bantam.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.documents.Problem;
import dev.bantam.documents.ReadResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The section {@code broker} of {@code bantam.yaml}. */
class BrokerConfigTest {

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws Exception {
    Files.writeString(folder.resolve("users"), "# who\n\nboiler-7:secret:with:colons\nui:x\n");
    Files.writeString(folder.resolve("nobody"), "# nobody yet\n");
    Files.writeString(folder.resolve("broken"), "boiler-7:a\nboiler-8\n");
    Files.writeString(folder.resolve("twice"), "a:1\na:2\n");
    Files.writeString(folder.resolve("key"), "no certificate");
  }

  private ReadResult<SiteConfig> read(String rest) {
    return new SiteConfigReader().read("bantam.yaml", "device: a\n" + rest + "\n", folder);
  }

  private List<String> problems(String rest) {
    return read(rest) instanceof ReadResult.Invalid<SiteConfig> invalid
        ? invalid.problems().stream().map(Problem::toString).toList()
        : List.of();
  }

  @Test
  void shouldNeedNoAddressOfABrokerWhereItIsItsOwn() {
    SiteConfig site =
        ((ReadResult.Valid<SiteConfig>) read("broker: {listen: '0.0.0.0:1884', users_file: users}"))
            .value();
    assertThat(site.broker())
        .contains(
            new BrokerConfig(
                "0.0.0.0", 1884, Optional.of(folder.resolve("users")), Optional.empty()));
    assertThat(site.broker().get().warning()).get().asString().contains("in the clear");
  }

  @Test
  void shouldStillNeedOneOfTheTwo() {
    assertThat(problems("profile: x")).singleElement().asString().contains("mqtt");
    assertThat(problems("mqtt: {keep_alive: 30s}")).singleElement().asString().contains("url");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "listen: '127.0.0.1:1883' ~ ",
        "listen: 'localhost:1883' ~ ",
        "listen: '[::1]:1883' ~ ",
        "listen: '127.0.0.1:1883', users_file: users ~ ",
        "listen: '0.0.0.0:1883' ~ anybody on the network could enter; add the key users_file",
        "listen: '[::]:1883' ~ anybody on the network could enter",
        "listen: 'gateway.plant:1883' ~ anybody on the network could enter",
        "listen: '192.0.2.7' , users_file: users ~ ",
        "listen: everywhere! ~ must be ADDRESS:PORT such as 0.0.0.0:1883",
        "listen: '0.0.0.0:1883', users_file: none ~ there is no readable file",
        "listen: '0.0.0.0:1883', users_file: nobody ~ names nobody; write a line name:password",
        "listen: '0.0.0.0:1883', users_file: broken ~ line 2 of",
        "listen: '0.0.0.0:1883', users_file: twice ~ line 2 of",
        "listen: '0.0.0.0:1883', users_file: users, key_file: key ~ is of no use without the key certificate_file",
        "listen: '0.0.0.0:1883', users_file: users, key_file: key, certificate_file: key ~ cannot be read as certificates",
        "listen: '127.0.0.1:1883', anonymous: true ~ unknown key",
      })
  void shouldLetNobodyInUnasked(String broker, String problem) {
    List<String> problems = problems("broker: {" + broker + "}");
    if (problem == null) {
      assertThat(problems).isEmpty();
    } else {
      assertThat(problems).anyMatch(found -> found.contains(problem));
      assertThat(String.join("\n", problems)).doesNotContain("boiler-8", "secret");
    }
  }

  @Test
  void shouldNotTakeTwoBrokers() {
    assertThat(problems("mqtt: {url: 'mqtt://b:1883'}\nbroker: {listen: '127.0.0.1:1883'}"))
        .singleElement()
        .asString()
        .contains("mqtt.url: the device is at its own broker");
  }

  @ParameterizedTest
  @CsvSource({"runtime/docs/security.md, broker:", "runtime/docs/topics.md, telemetry:"})
  void shouldTakeThePagesExample(String page, String key) throws Exception {
    String text = Files.readString(Path.of(System.getProperty("bantam.root")).resolve(page));
    List<String> examples =
        Pattern.compile("(?ms)^```yaml\\n(.*?)^```")
            .matcher(text)
            .results()
            .map(match -> match.group(1))
            .filter(example -> example.contains(key))
            .toList();
    assertThat(examples).isNotEmpty();
    for (String example : examples) {
      ReadResult<SiteConfig> read = new SiteConfigReader().read(page, example, folder);
      assertThat(read).as(example).isInstanceOf(ReadResult.Valid.class);
    }
  }
}
