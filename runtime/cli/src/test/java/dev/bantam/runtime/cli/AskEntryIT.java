package dev.bantam.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.testkit.CertificateAuthority;
import dev.bantam.testkit.Mosquitto;
import dev.bantam.testkit.Ports;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bantam ask} at brokers that encrypt and ask who connects: a real mosquitto. */
@Timeout(120)
class AskEntryIT {

  private static final String BASE = "bantam/v1/device/gw-1";

  private static CertificateAuthority authority;
  private static CertificateAuthority.Issued certificate;

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @BeforeAll
  static void makeCertificates(@TempDir Path temporary) {
    authority = CertificateAuthority.create(temporary, "Right CA");
    certificate = authority.issue("ip:127.0.0.1");
  }

  @Test
  void shouldAskOverTlsWithAUserAndAPrivateAuthority() throws Exception {
    // Given
    Path password = Files.writeString(folder.resolve("password"), "right, with a space\n");
    Path users = folder.resolve("users");
    start(List.of("mosquitto_passwd", "-c", "-b", users.toString(), "me", "right, with a space"))
        .waitFor(30, TimeUnit.SECONDS);
    String ca = authority.caFile().toString();
    try (Mosquitto broker = broker("allow_anonymous false", "password_file " + users)) {
      List<String> access = List.of("--cafile", ca, "-u", "me", "-P", "right, with a space");
      Process device = device(broker, access, "me/ask-");
      // When
      int status =
          ask(broker, "--ca-file", ca, "--username", "me", "--password-file", password.toString());
      // Then
      assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
      assertThat(status).isEqualTo(ExitCode.DONE);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("HELLO\n");
      assertThat(device.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldAskAtTheBrokerThatHasTheDevice() throws Exception {
    // Given
    String ca = authority.caFile().toString();
    String nobody = "mqtt://127.0.0.1:" + Ports.free();
    try (Mosquitto elsewhere = Mosquitto.start(folder.resolve("elsewhere"));
        Mosquitto broker = broker()) {
      Process device = device(broker, List.of("--cafile", ca), "ask-");
      // When
      int status = ask(List.of(nobody, elsewhere.url(), url(broker)), "--ca-file", ca);
      // Then
      assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
      assertThat(status).isEqualTo(ExitCode.DONE);
      assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("HELLO\n");
      assertThat(device.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void shouldSayAboutEachBrokerWhyItHasNotTheDevice() {
    String nobody = "mqtt://127.0.0.1:" + Ports.free();
    try (Mosquitto elsewhere = Mosquitto.start(folder.resolve("elsewhere"))) {
      assertThat(ask(List.of(nobody, elsewhere.url()))).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString(StandardCharsets.UTF_8))
          .contains(nobody + ": cannot connect")
          .contains(elsewhere.url() + ": no device called gw-1 listens");
    }
  }

  @Test
  void shouldSayWhatToDoWhereTheAuthorityIsNotKnown() {
    try (Mosquitto broker = broker()) {
      assertThat(ask(broker)).isEqualTo(ExitCode.FAILED);
      assertThat(err.toString(StandardCharsets.UTF_8)).contains("--ca-file").doesNotContain("\tat");
    }
  }

  @Test
  void shouldRefuseAFileThatIsNoCertificate() throws Exception {
    Path empty = Files.writeString(folder.resolve("empty.pem"), "");
    try (Mosquitto broker = broker()) {
      assertThat(ask(broker, "--ca-file", empty.toString())).isEqualTo(ExitCode.USAGE);
      assertThat(ask(broker, "--ca-file", folder.resolve("missing").toString()))
          .isEqualTo(ExitCode.USAGE);
      assertThat(ask(broker, "--password-file", empty.toString())).isEqualTo(ExitCode.USAGE);
    }
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("there is no certificate in " + empty, "there is no file", "--username");
  }

  private Mosquitto broker(String... settings) {
    List<String> all = new ArrayList<>(List.of(settings));
    all.add("certfile " + certificate.certificate());
    all.add("keyfile " + certificate.key());
    return Mosquitto.start(folder.resolve("broker"), all.toArray(String[]::new));
  }

  /** Answers one request, whose Response Topic and Correlation Data are known beforehand. */
  private Process device(Mosquitto broker, List<String> access, String answersTo) throws Exception {
    String port = String.valueOf(broker.port());
    List<String> listen = new ArrayList<>(List.of("mosquitto_sub", "-V", "5", "-C", "1"));
    listen.addAll(List.of("-q", "1", "-c", "-i", "device", "-x", "60", "-p", port));
    listen.addAll(List.of("-h", "127.0.0.1", "-t", BASE + "/task/echo"));
    listen.addAll(access);
    List<String> register = new ArrayList<>(listen);
    register.set(listen.indexOf("-C"), "-E");
    register.remove(listen.indexOf("-C") + 1);
    assertThat(start(register).waitFor(30, TimeUnit.SECONDS)).isTrue();
    List<String> answer = new ArrayList<>(List.of("mosquitto_pub", "-V", "5", "-q", "1"));
    answer.addAll(List.of("-p", port, "-h", "127.0.0.1", "-m", "{\"text\":\"HELLO\"}"));
    answer.addAll(List.of("-D", "publish", "correlation-data", "1"));
    answer.addAll(
        List.of("-t", BASE + "/answer/" + answersTo + ProcessHandle.current().pid() + "/echo"));
    answer.addAll(access);
    return start(List.of("sh", "-c", quoted(listen) + " && " + quoted(answer)));
  }

  private static String quoted(List<String> command) {
    return "'" + String.join("' '", command) + "'";
  }

  private static Process start(List<String> command) throws Exception {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private int ask(Mosquitto broker, String... access) {
    return ask(List.of(url(broker)), access);
  }

  private static String url(Mosquitto broker) {
    return "mqtts://127.0.0.1:" + broker.port();
  }

  private int ask(List<String> urls, String... access) {
    List<String> arguments = new ArrayList<>(List.of("ask", "echo", "hello", "--device", "gw-1"));
    urls.forEach(url -> arguments.addAll(List.of("--url", url)));
    arguments.addAll(List.of("--timeout", "60"));
    arguments.addAll(List.of(access));
    Terminal terminal = new Terminal(new PrintStream(err, true, StandardCharsets.UTF_8), false, 0);
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    CliContext context =
        new CliContext(Map.of("BANTAM_HOME", folder.toString()), printed, terminal);
    return Cli.execute(context, arguments.toArray(String[]::new));
  }
}
