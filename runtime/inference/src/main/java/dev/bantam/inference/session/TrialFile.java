package dev.bantam.inference.session;

import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.TaskException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What came of the {@link Trials} of a model, for the next process: a line for each, as {@code rows
 * true}, in a file named by the {@link RunIdentity}. What cannot be read or written is only tried
 * again. For one thread at a time; of processes that write at once, one wins.
 */
final class TrialFile {

  private static final Logger LOG = LoggerFactory.getLogger(TrialFile.class);

  private static final String SUFFIX = ".trials";
  private static final Pattern LINE = Pattern.compile("([a-z]+) (true|false)");

  private static final int OTHERS_KEPT = 8;

  /** Counts up when trials try something else. */
  private static final String VERSION = "1";

  private final KeptFile file;

  private TrialFile(KeptFile file) {
    this.file = file;
  }

  /**
   * The file of a model that is loaded so; empty where nothing is kept.
   *
   * @param graph that is run
   */
  static Optional<TrialFile> of(ModelFiles files, Path graph, LoadContext context)
      throws TaskException {
    if (context.cache().isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> further =
        Map.of("(context)", String.valueOf(context.contextLength()), "(trials)", VERSION);
    try {
      return Optional.of(
          new TrialFile(
              KeptFile.of(
                  context.cache().get().resolve("trials"),
                  RunIdentity.digest(files, graph, context, further),
                  SUFFIX,
                  OTHERS_KEPT)));
    } catch (IOException e) {
      LOG.debug("what is tried of a model is not kept: {}", e.toString());
      return Optional.empty();
    }
  }

  Map<Trials.Kind, Boolean> read() {
    Map<Trials.Kind, Boolean> found = new EnumMap<>(Trials.Kind.class);
    if (!Files.exists(file.path())) {
      return found;
    }
    try {
      for (String line : Files.readAllLines(file.path())) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()) {
          Trials.Kind.named(matcher.group(1))
              .ifPresent(kind -> found.put(kind, Boolean.valueOf(matcher.group(2))));
        }
      }
    } catch (IOException e) {
      LOG.debug("what was tried of a model before is not known: {}", e.toString());
    }
    return found;
  }

  void write(Map<Trials.Kind, Boolean> all) {
    String text =
        all.entrySet().stream()
            .map(entry -> entry.getKey().wireName() + " " + entry.getValue() + "\n")
            .sorted()
            .collect(Collectors.joining());
    try {
      file.write(draft -> Files.writeString(draft, text));
    } catch (IOException e) {
      LOG.debug("what was tried of a model is not kept: {}", e.toString());
    }
  }
}
