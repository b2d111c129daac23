package dev.bantam.simulator.scenario;

import dev.bantam.documents.Document;
import dev.bantam.documents.DocumentReader;
import dev.bantam.documents.ReadResult;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads scenarios, and reports every problem with file, line and the valid alternatives. Immutable;
 * any thread; blocks on files.
 */
public final class ScenarioReader {

  /** The published JSON Schema, as a class-path resource. */
  public static final String SCHEMA = "/dev/bantam/simulator/scenario.schema.json";

  private final DocumentReader documents = new DocumentReader(SCHEMA);
  private final Machine machine;

  /** For the machine that this process runs on. */
  public ScenarioReader() {
    this(Machine.here());
  }

  /** For scenarios that a machine shall play. */
  public ScenarioReader(Machine machine) {
    this.machine = machine;
  }

  /** Reads a file; what it names is looked for in its folder. */
  public ReadResult<Scenario> read(Path file) {
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    return finish(documents.read(file), Attachments.in(folder));
  }

  /**
   * Reads a document from memory.
   *
   * @param name for messages
   * @param attachments the files that it names
   */
  public ReadResult<Scenario> read(String name, String text, Attachments attachments) {
    return finish(documents.read(name, text), attachments);
  }

  /**
   * One of the scenarios that come with the simulator.
   *
   * @param name one of {@link BuiltIn#names}
   */
  public Scenario builtIn(String name) {
    String file = name + ".yaml";
    try (InputStream in = BuiltIn.open(file)) {
      if (in == null) {
        throw new IllegalStateException("the build lacks the scenario " + name);
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return read(file, text, Attachments.builtIn()).orElseThrow(IllegalStateException::new);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ReadResult<Scenario> finish(Document document, Attachments attachments) {
    return document.finish(
        root ->
            Stream.of(
                    new ScenarioChecks(root, attachments).problems(),
                    new SetupChecks(root, attachments, machine).problems(),
                    new SwapChecks(root).problems())
                .flatMap(List::stream)
                .toList(),
        root -> new ScenarioDecoder(attachments).scenario(root));
  }
}
