package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code deploy/systemd/bantam.service}, as systemd itself judges it. */
class SystemdUnitTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** Of a scale to 100, in systemd's own weights; a service without any of it has 96. */
  private static final String MOST_EXPOSED = "15";

  @TempDir Path folder;

  @BeforeAll
  static void needSystemd() {
    Programs.need("systemd-analyze", "systemd");
  }

  /** The unit with a command that is there, for systemd looks after it. */
  private Path unit(String taken, String given) throws IOException {
    Path published = BantamProcess.root().resolve("deploy/systemd/bantam.service");
    String text = Files.readString(published);
    assertThat(text).contains("/usr/bin/bantam ", taken);
    return Files.writeString(
        folder.resolve("bantam.service"),
        text.replace("/usr/bin/bantam ", BantamProcess.root() + "/bantam ").replace(taken, given));
  }

  private static BantamProcess analyze(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "systemd-analyze";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return BantamProcess.run(LIMIT, command);
  }

  private static BantamProcess security(Path unit) {
    return analyze("security", "--offline=true", "--threshold=" + MOST_EXPOSED, unit.toString());
  }

  @Test
  void shouldBeWithoutFaults() throws IOException {
    BantamProcess verified = analyze("verify", unit("", "").toString());

    assertThat(verified.exitStatus(LIMIT)).as(verified.toString()).isZero();
    assertThat(verified.errors()).isEmpty();
  }

  @Test
  void shouldBeFoundOutWithAFault() throws IOException {
    BantamProcess verified = analyze("verify", unit("TasksMax=", "TaskMax=").toString());

    assertThat(verified.errors()).contains("TaskMax");
  }

  @Test
  void shouldExposeLittle() throws IOException {
    BantamProcess judged = security(unit("", ""));

    assertThat(judged.exitStatus(LIMIT)).as(judged.toString()).isZero();
  }

  @Test
  void shouldBeFoundOutWithoutItsFilterOfSystemCalls() throws IOException {
    BantamProcess judged = security(unit("SystemCallFilter=@system-service", ""));

    assertThat(judged.exitStatus(LIMIT)).as(judged.toString()).isNotZero();
  }
}
