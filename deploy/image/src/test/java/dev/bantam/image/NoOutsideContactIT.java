package dev.bantam.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * With everything built and cached, {@code ./bantam up --once} neither resolves nor contacts a host
 * outside the machine, and writes nowhere but in Bantam's own folders: watched by strace.
 */
class NoOutsideContactIT {

  private static final Duration LIMIT = Duration.ofMinutes(6);

  private static final Pattern ADDRESS =
      Pattern.compile("inet_addr\\(\"([^\"]+)\"\\)|inet_pton\\(AF_INET6, \"([^\"]+)\"");

  private static final Pattern WRITTEN =
      Pattern.compile(
          "(?:openat\\([^,]+, |creat\\(|mkdir(?:at)?\\((?:[A-Z_]+, )?|rename(?:at2?)?\\(.*, )\"([^\"]+)\".*");

  @BeforeAll
  static void pull() throws Exception {
    SmolLm2.files();
  }

  @Test
  void shouldStayOnTheMachineAndInItsFolders(@TempDir Path folder) throws Exception {
    Path trace = folder.resolve("trace");
    Path userHome = Files.createDirectory(folder.resolve("home"));
    List<String> command =
        List.of(
            "strace",
            "-f",
            "-qq",
            "-s",
            "256",
            "-e",
            "trace=connect,sendto,openat,creat,mkdir,mkdirat,rename,renameat,renameat2",
            "-o",
            trace.toString(),
            BantamProcess.root().resolve("bantam").toString(),
            "up",
            "--once");
    try (BantamProcess up =
        BantamProcess.start(
            command,
            Map.of(
                "HOME", userHome.toString(),
                "BANTAM_HOME", BantamProcess.testHome().toString()))) {
      assertThat(up.exitStatus(LIMIT)).as(up.toString()).isZero();
    }
    assertThat(contacts(trace)).isEmpty();
    assertThat(filesWritten(trace)).isEmpty();
    try (Stream<Path> left = Files.walk(userHome)) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  private static List<String> contacts(Path trace) throws IOException {
    List<String> outside = new ArrayList<>();
    try (Stream<String> lines = Files.lines(trace)) {
      lines
          .filter(line -> line.contains("connect(") || line.contains("sendto("))
          .forEach(
              line -> {
                Matcher matcher = ADDRESS.matcher(line);
                while (matcher.find()) {
                  String address = matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
                  if (!address.startsWith("127.")
                      && !address.equals("::1")
                      && !address.startsWith("::ffff:127.")) {
                    outside.add(line);
                  }
                }
              });
    }
    return outside;
  }

  private static List<String> filesWritten(Path trace) throws IOException {
    Path root = BantamProcess.root();
    List<String> outside = new ArrayList<>();
    try (Stream<String> lines = Files.lines(trace)) {
      lines
          .filter(line -> !line.contains(" = -1 "))
          .filter(line -> !line.contains("openat(") || line.matches(".*O_(WRONLY|RDWR|CREAT).*"))
          .forEach(
              line -> {
                Matcher matcher = WRITTEN.matcher(line);
                if (!matcher.find()) {
                  return;
                }
                String path = matcher.group(1);
                boolean own =
                    !path.startsWith("/")
                        || path.startsWith(root.resolve("target").toString())
                        || path.startsWith(root + "/")
                        || path.startsWith("/dev/")
                        || path.startsWith("/proc/");
                if (!own) {
                  outside.add(line);
                }
              });
    }
    return outside;
  }
}
