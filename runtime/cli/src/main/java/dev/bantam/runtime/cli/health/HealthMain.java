package dev.bantam.runtime.cli.health;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code bantam health} for health commands, which a container runs again and again on a small
 * board: nothing is loaded but the JDK's base, and no argument is parsed. Says whether the device
 * of {@code BANTAM_HOME} is ready, or with the argument {@code --live} whether it answers.
 */
public final class HealthMain {

  private static final Pattern HTTP = Pattern.compile("\"http\":\"(.*):([0-9]{1,5})\"");
  private static final int TIMEOUT_MS = 5_000;
  private static final int NOT_READY = 1;

  private HealthMain() {}

  public static void main(String[] args) {
    String path = List.of(args).contains("--live") ? "/health/live" : "/health/ready";
    try {
      Matcher place = place(Path.of(System.getenv().getOrDefault("BANTAM_HOME", "."), "run"));
      HealthProbe.Answer answer =
          HealthProbe.ask(
              place.group(1).replaceAll("[\\[\\]]", ""),
              Integer.parseInt(place.group(2)),
              path,
              TIMEOUT_MS);
      System.out.println(answer.body());
      System.exit(answer.isGood() ? 0 : NOT_READY);
    } catch (IOException e) {
      System.out.println("nothing answers: " + e.getMessage());
      System.exit(NOT_READY);
    }
  }

  /** As the running device tells it, of several the first that tells one. */
  private static Matcher place(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
      for (Path file : files) {
        Optional<Matcher> found =
            Optional.of(HTTP.matcher(Files.readString(file))).filter(Matcher::find);
        if (found.isPresent() && isAlive(file)) {
          return found.get();
        }
      }
    }
    throw new IOException("no device in " + folder + " tells anything over HTTP");
  }

  /** A file is named after its process. */
  private static boolean isAlive(Path file) {
    String name = String.valueOf(file.getFileName());
    return Files.isDirectory(Path.of("/proc", name.substring(0, name.indexOf('.'))));
  }
}
