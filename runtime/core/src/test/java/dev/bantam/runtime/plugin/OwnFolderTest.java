package dev.bantam.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that are killed, and others that are not. */
@Timeout(60)
class OwnFolderTest {

  @TempDir Path temp;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void kill() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  /** A process that makes a folder with a file in it, and tidies beside it. */
  private Path inAnotherProcess() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx32m",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temp,
                "-cp",
                System.getProperty("java.class.path"),
                OwnFolderTest.class.getName())
            .redirectErrorStream(true)
            .start();
    started.add(process);
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("made ")) {
        return Path.of(line.substring("made ".length()));
      }
    }
    throw new IOException("the process ended early");
  }

  public static void main(String[] arguments) throws Exception {
    OwnFolder folder = OwnFolder.create("test");
    Files.writeString(folder.path().resolve("a.jar"), "a");
    folder.removeDeadOnes();
    System.out.println("made " + folder.path());
    Thread.currentThread().join();
  }

  @Test
  void shouldRemoveWhatAKilledProcessLeftAndNothingElse() throws Exception {
    // Given one that is killed, one that lives, and folders that only look like theirs
    Path killed = inAnotherProcess();
    Path living = inAnotherProcess();
    assertThat(killed.getParent()).isEqualTo(temp);
    assertThat(killed.resolve("a.jar")).exists();
    kill(0);
    Path fresh = Files.createDirectory(temp.resolve("bantam-plugin-fresh-1"));
    Path old = Files.createDirectory(temp.resolve("bantam-plugin-old-1"));
    Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    Path elsewhere = Files.createDirectory(temp.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("owner.lock"), "");
    Path link = Files.createSymbolicLink(temp.resolve("bantam-plugin-link-1"), elsewhere);

    // When
    Path next = inAnotherProcess();

    // Then
    assertThat(killed).doesNotExist();
    assertThat(old).doesNotExist();
    assertThat(living.resolve("a.jar")).exists();
    assertThat(next.resolve("a.jar")).exists();
    assertThat(fresh).exists();
    assertThat(link).exists();
    assertThat(elsewhere.resolve("owner.lock")).exists();
  }

  private void kill(int index) throws InterruptedException {
    started.get(index).destroyForcibly();
    assertThat(started.get(index).waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void shouldLeaveThoseOfThisProcess() throws IOException {
    try (OwnFolder one = OwnFolder.create("test");
        OwnFolder other = OwnFolder.create("test")) {
      one.removeDeadOnes();
      assertThat(other.path()).exists();
      other.close();
      assertThat(other.path()).doesNotExist();
      one.removeDeadOnes();
      assertThat(one.path()).exists();
    }
  }
}
