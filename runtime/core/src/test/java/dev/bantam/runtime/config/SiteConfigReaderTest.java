package dev.bantam.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.documents.ReadResult;
import dev.bantam.models.Canaries;
import dev.bantam.models.Canary;
import dev.bantam.models.Expectation;
import dev.bantam.runtime.governor.HeatPolicy;
import dev.bantam.runtime.store.StoreSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class SiteConfigReaderTest {

  private static final Path RESOURCES = Path.of("src/test/resources/config");

  @TempDir Path folder;

  private final SiteConfigReader reader = new SiteConfigReader();

  private SiteConfig valid(String text) {
    return reader.read("bantam.yaml", text, folder).orElseThrow(IllegalArgumentException::new);
  }

  private String report(String text) {
    ReadResult<SiteConfig> result = reader.read("bantam.yaml", text, folder);
    assertThat(result).isInstanceOf(ReadResult.Invalid.class);
    return ((ReadResult.Invalid<SiteConfig>) result).report();
  }

  @Test
  void shouldTakeTheSmallestFile() {
    // When
    SiteConfig config = valid("device: boiler-1\nmqtt: {url: mqtt://broker.local:1884}\n");

    // Then everything else has its default
    assertThat(config)
        .isEqualTo(
            SiteConfig.of("boiler-1", MqttConfig.of(URI.create("mqtt://broker.local:1884"))));
  }

  @Test
  void shouldReadEveryKey() throws IOException {
    // Given
    Files.writeString(folder.resolve("secret"), "s3cret\n");
    Files.writeString(folder.resolve("catalog.yaml"), "");
    Files.createDirectories(folder.resolve("plugins"));
    Files.createDirectories(folder.resolve("prompts"));

    // When
    SiteConfig config =
        valid(
            """
            format: 1
            device: boiler-1
            fleet: [line-2, all]
            home: state
            profile: my-profile.yaml
            mqtt:
              url: mqtts://broker
              username: bantam
              password_file: secret
              max_packet_bytes: 512KiB
              reply_topics: ["clients/#"]
              strict_rpc: true
              keep_alive: 15s
              session_expiry: 2h
              telemetry: 10s
            models: {folder: /var/lib/models, catalogs: [catalog.yaml]}
            plugins: {folders: [plugins]}
            store:
              answers: {max_bytes: 2MiB, max_age: 10m}
              spool: {max_bytes: 1GiB, max_age: 30d}
              sync: true
            temperature: {warm: 55, hot: 65.5, critical: 80, hold: 1m}
            slots:
              assistant:
                model: smollm2-135m-instruct:2@q8_0
                prompts: prompts
                context_length: 1024
                threads: 3
                workers: 2
                queue: 0
                timeout: 90s
                canaries:
                  - {task: chat, request: {prompt: Hi, max_tokens: 8}, expect: {contains: Hello}}
                settings: {style: short}
            """);

    // Then
    assertThat(config.device()).isEqualTo("boiler-1");
    assertThat(config.fleet()).containsExactly("line-2", "all");
    assertThat(config.home()).contains(folder.resolve("state"));
    assertThat(config.profile()).contains(folder.resolve("my-profile.yaml").toString());
    assertThat(config.mqtt())
        .isEqualTo(
            new MqttConfig(
                List.of(URI.create("mqtts://broker:8883")),
                MqttSecurity.NONE.as(
                    new TextSource.Given("bantam"),
                    Optional.of(
                        new TextSource.InFile("mqtt.password_file", folder.resolve("secret")))),
                Optional.of(512 * 1024),
                List.of("clients/#"),
                true,
                Duration.ofSeconds(15),
                Duration.ofHours(2),
                Duration.ofSeconds(10)));
    assertThat(config.store())
        .isEqualTo(
            new StoreSettings(2 << 20, Duration.ofMinutes(10), 1 << 30, Duration.ofDays(30), true));
    assertThat(config.temperature().policy())
        .contains(new HeatPolicy(55, 65.5, Optional.of(80.0), Duration.ofMinutes(1)));
    assertThat(config.models().folder()).contains(Path.of("/var/lib/models"));
    assertThat(config.models().catalogs()).containsExactly(folder.resolve("catalog.yaml"));
    assertThat(config.pluginFolders()).containsExactly(folder.resolve("plugins"));
    SlotOverride slot = config.slots().get("assistant");
    assertThat(slot.model()).map(Object::toString).contains("smollm2-135m-instruct:2@q8_0");
    assertThat(slot.prompts()).contains(folder.resolve("prompts"));
    assertThat(slot.contextLength()).contains(1024);
    assertThat(slot.threads()).contains(3);
    assertThat(slot.workers()).contains(2);
    assertThat(slot.queue()).contains(0);
    assertThat(slot.timeout()).contains(Duration.ofSeconds(90));
    assertThat(slot.canaries())
        .containsExactly(
            new Canary(
                "chat",
                Map.of("prompt", "Hi", "max_tokens", 8L),
                new Expectation.Contains("Hello")));
    assertThat(slot.settings()).isEqualTo(Map.of("style", "short"));
  }

  @Test
  void shouldSayWhatIsWrongWithCanaries() {
    assertThat(
            report(
                """
                device: a
                mqtt: {url: mqtt://broker}
                slots:
                  assistant:
                    canaries:
                      - task: chat
                        request: {prompt: Hi}
                        expect: {json_schema: {type: texts}}
                      - task: chat
                        expect: {contains: a, text: b}
                """))
        .contains(
            "bantam.yaml:8: slots.assistant.canaries[0].expect.json_schema: is no JSON Schema")
        .contains("bantam.yaml:9: slots.assistant.canaries[1]: \"request\" is missing")
        .contains("bantam.yaml:10: slots.assistant.canaries[1].expect: must be an object with one");
  }

  @Test
  void shouldDescribeCanariesAsPublishersDo() throws IOException {
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(getClass().getResource(SiteConfigReader.SCHEMA)).at("/$defs/canary"))
        .isEqualTo(
            json.readTree(Canaries.class.getResource("canaries.schema.json")).at("/$defs/canary"));
  }

  @Test
  void shouldReportAllProblemsAtOnceWithFileAndLine() throws IOException {
    // Given
    String text = Files.readString(RESOURCES.resolve("wrong.yaml"));

    // When
    ReadResult<SiteConfig> result = reader.read("wrong.yaml", text, folder);

    // Then
    assertThat(result).isInstanceOf(ReadResult.Invalid.class);
    assertThat(((ReadResult.Invalid<SiteConfig>) result).report())
        .isEqualTo(Files.readString(RESOURCES.resolve("wrong.expected")).strip());
  }

  @Test
  void shouldRefuseTemperaturesThatCannotBe() {
    assertThat(
            report(
                """
                device: a
                mqtt: {url: mqtt://broker}
                temperature:
                  warm: 80
                  hot: 70
                  critical: 500
                  cold: 5
                """))
        .contains("bantam.yaml:6: temperature.critical: must be °C, from 1 to 150")
        .contains("bantam.yaml:7: temperature.cold: ")
        .contains("bantam.yaml:4: temperature.warm: must be below hot: 80.0 is not below 70.0");
  }

  @Test
  void shouldSayWhatToDoWithAFileThatIsWrittenForANewerBantam() {
    String rest = "\ndevice: a\nmqtt: {url: mqtt://broker}\nbrain: {size: 9}\n";
    assertThat(report("format: 2" + rest))
        .contains(
            "bantam.yaml:1: format: written for a newer Bantam (format 2, this one reads 1); update Bantam, or write the file as format 1 has it")
        .contains("bantam.yaml:4: brain: unknown key");
    assertThat(report("format: 0" + rest))
        .contains("bantam.yaml:1: format: must be 1, the version of this format, but it is 0");
  }

  @Test
  void shouldSayWhatIsMissing() {
    assertThat(report(""))
        .contains("bantam.yaml:1: \"device\" is missing: the device's own name")
        .contains("bantam.yaml:1: \"mqtt\" is missing");
    assertThat(report("device: a\nmqtt:\n"))
        .isEqualTo(
            "bantam.yaml:2: mqtt: must be a section with at least the key url, but it is empty");
    assertThat(report("device: a\nmqtt: {}\n"))
        .isEqualTo(
            "bantam.yaml:2: mqtt: \"url\" is missing: the broker's address, e.g. mqtt://127.0.0.1:1883, or a list of several, tried in order");
    assertThat(report("just a text")).startsWith("bantam.yaml:1: must be a section");
  }

  @Test
  void shouldRefuseDuplicateKeys() {
    assertThat(report("device: a\nmqtt: {url: mqtt://b:1}\ndevice: c\n"))
        .isEqualTo("bantam.yaml:3: device: the key is there twice, first on line 1; remove one");
  }

  @Test
  void shouldPointAtFilesThatAreNotThere() {
    assertThat(
            report(
                """
                device: a
                mqtt:
                  url: mqtt://b
                  password_file: nowhere.txt
                plugins:
                  folders: [nobody]
                slots:
                  assistant: {prompts: none}
                """))
        .contains("bantam.yaml:4: mqtt.password_file: there is no readable file")
        .contains("bantam.yaml:6: plugins.folders: there is no folder")
        .contains("bantam.yaml:8: slots.assistant.prompts: there is no folder");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://broker:1883",
        "broker:1883",
        "mqtt://",
        "mqtt://broker:99999",
        "mqtt://broker:0",
        "mqtt://broker:port",
        "mqtt://broker/topic",
        "mqtt://bro ker",
        "mqtt://broker?x=1"
      })
  void shouldRefuseBrokerAddressesOfOtherForms(String url) {
    assertThat(report("device: a\nmqtt: {url: \"" + url + "\"}"))
        .contains("bantam.yaml:2: mqtt.url: must be mqtt://host:port");
  }

  @Test
  void shouldRefusePasswordInTheUrl() {
    assertThat(report("device: a\nmqtt: {url: \"mqtt://me:secret@broker\"}"))
        .contains("password_file")
        .doesNotContain("secret@");
  }

  @ParameterizedTest
  @CsvSource({
    "mqtt://h, mqtt://h:1883",
    "tcp://h:5, tcp://h:5",
    "ssl://h, ssl://h:8883",
    "mqtt://[::1]:7/, mqtt://[::1]:7"
  })
  void shouldTakeBrokerAddresses(String url, URI expected) {
    assertThat(valid("device: a\nmqtt: {url: \"" + url + "\"}").mqtt().url()).isEqualTo(expected);
  }

  @Test
  void shouldKeepPacketSizeWithinMqttsLimit() {
    assertThat(report("device: a\nmqtt:\n  url: mqtt://b\n  max_packet_bytes: 3GiB"))
        .startsWith("bantam.yaml:4: mqtt.max_packet_bytes: must be from 1KiB to 268435455 bytes");
    assertThat(report("device: a\nmqtt:\n  url: mqtt://b\n  max_packet_bytes: 10"))
        .startsWith("bantam.yaml:4: mqtt.max_packet_bytes: must be from 1KiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"clients/a#", "clients/#/b", "a+/b", "bell\u0007"})
  void shouldRefuseReplyTopicsThatAreNoFilters(String filter) {
    String yaml = filter.replace("\u0007", "\\a");
    assertThat(
            report(
                "device: a\nmqtt: {url: \"mqtt://h\", reply_topics: [\"clients/#\", \"%s\"]}"
                    .formatted(yaml)))
        .contains("is no topic filter");
  }

  @Test
  void shouldTakeSeveralBrokersInTheirOrder() {
    assertThat(valid("device: a\nmqtt: {url: [\"mqtt://one\", \"mqtts://two:9\"]}").mqtt().urls())
        .containsExactly(URI.create("mqtt://one:1883"), URI.create("mqtts://two:9"));
    assertThat(report("device: a\nmqtt: {url: [\"mqtt://one\", \"http://two\"]}"))
        .contains("http://two");
    assertThat(report("device: a\nmqtt: {url: []}")).contains("a list of several");
    assertThat(report("device: a\nmqtt: {url: 5}")).contains("the broker's address");
  }

  @Test
  void shouldKnowNothingButTheDeviceInBraces() {
    String file = "device: a\nmqtt: {url: \"mqtt://h\", reply_topics: [\"plant/{%s}/#\"]}";
    assertThat(report(file.formatted("client"))).contains("only {device} is known");
    assertThat(valid(file.formatted("device")).mqtt().replyTopics())
        .containsExactly("plant/{device}/#");
  }

  @Test
  void shouldNotTakeWordsForBooleans() {
    // YAML 1.1 makes a boolean of "no" and a number of "1:30"; here they stay words.
    assertThat(valid("device: no\nmqtt: {url: mqtt://b}").device()).isEqualTo("no");
    assertThat(report("device: 12\nmqtt: {url: mqtt://b}"))
        .contains("bantam.yaml:1: device: must be");
  }

  @Test
  void shouldNameLineOfSyntaxError() {
    assertThat(report("device: a\nmqtt: {url: mqtt://b\n"))
        .startsWith("bantam.yaml:3: this is no YAML: ");
    assertThat(report("device: a\n\tmqtt: b\n")).startsWith("bantam.yaml:2: this is no YAML: ");
  }

  @Test
  void shouldBoundHostileDocuments() {
    // Given
    String bomb =
        "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
            + IntStream.rangeClosed(1, 12)
                .mapToObj(i -> "a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)))
                .collect(Collectors.joining());
    String deep = "device: " + "[".repeat(5000);
    String loop = "device: &x [*x]\n";
    String large = "device: " + "x".repeat(2 << 20);
    String tag = "device: !!javax.script.ScriptEngineManager [x]\n";
    String two = "device: a\n---\ndevice: b\n";

    // When / Then
    assertThat(report(bomb)).contains("more than 20000 values");
    assertThat(report(deep)).contains("bantam.yaml:1:").containsIgnoringCase("depth");
    assertThat(report(loop)).contains("alias");
    assertThat(report(large)).contains("exceed");
    assertThat(report(tag)).contains("tag");
    assertThat(report(two)).startsWith("bantam.yaml:2: this is no YAML");
    assertThat(report("device: &a boiler\nmqtt: *b\n")).startsWith("bantam.yaml:2:");
    assertThat(report("device: \u0000\n")).startsWith("bantam.yaml:1:");
  }

  @Test
  void shouldReportFilesThatCannotBeRead() throws IOException {
    // Given
    Path latin = folder.resolve("latin.yaml");
    Files.write(latin, new byte[] {'d', ':', ' ', (byte) 0xe4});

    // When / Then
    assertThat(problemsOf(folder.resolve("none.yaml"))).contains("there is no such file");
    assertThat(problemsOf(latin)).contains("not valid UTF-8");
    assertThat(problemsOf(folder)).contains("cannot be read");
  }

  private String problemsOf(Path file) {
    return ((ReadResult.Invalid<SiteConfig>) reader.read(file)).report();
  }

  @Test
  void shouldReportKeysForTheBrokerThatWouldHaveNoEffect() throws IOException {
    // Given
    Files.writeString(folder.resolve("secret"), "x");
    Files.writeString(folder.resolve("ca.pem"), "no certificate");

    // When
    ReadResult<SiteConfig> result =
        reader.read(
            "bantam.yaml",
            """
            device: boiler-1
            mqtt:
              url: mqtt://broker
              password_file: secret
              ca_file: ca.pem
            """,
            folder);

    // Then
    assertThat(((ReadResult.Invalid<SiteConfig>) result).report())
        .contains("bantam.yaml:4: mqtt.password_file: a password goes with a user name")
        .contains("bantam.yaml:5: mqtt.ca_file: ")
        .contains("PEM form")
        .contains("write mqtts:// in the key url");
  }

  @Test
  void shouldReadTheOtherPlacesOfSecretsAndCertificates() throws IOException {
    // Given
    for (String file : List.of("user", "own.p12", "store-password", "ca.pem")) {
      Files.writeString(folder.resolve(file), "x");
    }
    String file =
        """
        device: a
        mqtt:
          url: mqtts://broker
          username_file: user
          password_env: DJL_OFFLINE
          client_keystore_file: own.p12
          client_keystore_password_file: store-password
        """;

    // When
    MqttSecurity security = valid(file).mqtt().security();

    // Then
    assertThat(security.username())
        .contains(new TextSource.InFile("mqtt.username_file", folder.resolve("user")));
    assertThat(security.password())
        .contains(new TextSource.InVariable("mqtt.password_env", "DJL_OFFLINE"));
    assertThat(security.password().orElseThrow().read()).isEqualTo("true");
    assertThat(security.certificate())
        .contains(
            new ClientCertificate.Pkcs12(
                folder.resolve("own.p12"),
                Optional.of(
                    new TextSource.InFile(
                        "mqtt.client_keystore_password_file", folder.resolve("store-password")))));
  }

  @Test
  void shouldSayWhichSecretsDoNotGoTogether() throws IOException {
    Files.writeString(folder.resolve("secret"), "x");
    assertThat(
            report(
                """
                device: a
                mqtt:
                  url: mqtt://broker
                  username: me
                  username_env: NOT_SET_ANYWHERE
                  password_file: secret
                  password_env: DJL_OFFLINE
                  client_certificate_file: nowhere.pem
                  client_keystore_file: secret
                """))
        .contains("mqtt.username_env: says the same as the key username; keep one of them")
        .contains("the environment variable NOT_SET_ANYWHERE is not set")
        .contains("mqtt.password_env: says the same as the key password_file")
        .contains("mqtt.client_keystore_file: says the same as the key client_certificate_file")
        .contains(
            "mqtt.client_certificate_file: a certificate is of no use without its private key")
        .contains("there is no readable file " + folder.resolve("nowhere.pem"))
        .contains("mqtt.client_keystore_file: is for encrypted connections only");
  }
}
