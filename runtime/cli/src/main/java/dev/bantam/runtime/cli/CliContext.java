package dev.bantam.runtime.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.PullSettings;
import dev.bantam.models.catalog.Catalog;
import dev.bantam.runtime.cli.model.VariantCosines;
import dev.bantam.runtime.cli.terminal.Terminal;
import dev.bantam.runtime.config.BantamHome;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a command knows of the process it runs in.
 *
 * @param environment the process's environment variables
 * @param out standard output: results
 * @param terminal standard error: progress
 */
public record CliContext(Map<String, String> environment, PrintStream out, Terminal terminal) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Where models and state live. */
  public Path home() {
    return BantamHome.of(environment);
  }

  /** The models of {@link #home}. */
  public ModelRepository models() throws ModelException {
    return models(PullSettings.DEFAULT);
  }

  /** As the other, with rules for what is fetched. */
  public ModelRepository models(PullSettings settings) throws ModelException {
    return ModelRepository.open(home().resolve("models"), Catalog.builtIn(), settings)
        .comparing(new VariantCosines());
  }

  /** How users start this program, for lines that they copy. */
  public String program() {
    return System.getProperty("bantam.command", "bantam");
  }

  /** The plugins that the build put together; empty where they are on the class path. */
  public List<Path> pluginFolders() {
    return Optional.ofNullable(System.getProperty("bantam.plugins"))
        .map(Path::of)
        .filter(Files::isDirectory)
        .map(List::of)
        .orElse(List.of());
  }

  /** Prints a line of the result. */
  public void print(String line) {
    out.println(line);
    out.flush();
  }

  /** Prints an object as JSON on one line, as the command's last. */
  public void printJson(Map<String, ? extends @Nullable Object> object) {
    try {
      print(JSON.writeValueAsString(object));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not to be written as JSON: " + object.keySet(), e);
    }
  }
}
