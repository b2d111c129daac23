package dev.bantam.models.importer.onnx;

import dev.bantam.models.ModelException;
import dev.bantam.models.importer.safetensors.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An export's place: {@code config.json}, {@code tokenizer.json} and the files about them, and a
 * graph beside them or in {@code onnx/}.
 *
 * @param folder with the JSON files
 * @param graph the graph chosen
 */
public record ExportFolder(Path folder, Path graph) {

  private static final String SUFFIX = ".onnx";
  private static final String SUBFOLDER = "onnx";
  private static final int MAX_LISTED = 20;

  /** Whether that is a graph, or a folder with graphs and without safetensors. */
  public static boolean isExport(Path source) throws ModelException {
    return Files.isDirectory(source)
        ? !ModelFolder.hasWeights(source) && !graphs(source).isEmpty()
        : isGraph(source);
  }

  private static boolean isGraph(Path file) {
    return file.toString().endsWith(SUFFIX) && Files.isRegularFile(file);
  }

  /**
   * @param relative a graph, or a folder with one
   * @throws ModelException {@code USAGE} if a file is missing, or the folder has several graphs
   */
  public static ExportFolder of(Path relative) throws ModelException {
    Path source = relative.toAbsolutePath().normalize();
    if (!Files.isDirectory(source)) {
      return of(source.resolveSibling(""), source);
    }
    List<Path> graphs = graphs(source);
    if (graphs.size() != 1) {
      throw OnnxErrors.usage(
          "%s has several graphs; choose one with --file: %s"
              .formatted(source.getFileName(), names(graphs)));
    }
    return of(source, graphs.get(0));
  }

  private static ExportFolder of(Path near, Path graph) throws ModelException {
    Path above = near.resolveSibling("");
    Path folder = near.endsWith(SUBFOLDER) && !ModelFolder.hasConfig(near) ? above : near;
    ModelFolder.requireDescription(folder);
    return new ExportFolder(folder, graph);
  }

  /**
   * The graph of that name in a folder.
   *
   * @param name e.g. {@code model_q4.onnx} or {@code onnx/model_q4.onnx}
   * @throws ModelException {@code USAGE}, with those that are there
   */
  public static Path choose(Path folder, String name) throws ModelException {
    List<Path> graphs = graphs(folder);
    for (Path graph : graphs) {
      String path = folder.relativize(graph).toString().replace('\\', '/');
      if (name.equals(path) || name.equals(String.valueOf(graph.getFileName()))) {
        return graph;
      }
    }
    throw OnnxErrors.usage(
        "%s has no graph \"%s\"; %s"
            .formatted(
                folder,
                OnnxErrors.shortened(name),
                graphs.isEmpty() ? "it has none at all" : "it has " + names(graphs)));
  }

  private static List<String> names(List<Path> graphs) {
    return graphs.stream()
        .map(graph -> String.valueOf(graph.getFileName()))
        .limit(MAX_LISTED)
        .toList();
  }

  /** All graphs of a folder and of its {@code onnx/}, by name. */
  private static List<Path> graphs(Path folder) throws ModelException {
    List<Path> graphs = new ArrayList<>(listed(folder));
    if (Files.isDirectory(folder.resolve(SUBFOLDER))) {
      graphs.addAll(listed(folder.resolve(SUBFOLDER)));
    }
    return graphs;
  }

  private static List<Path> listed(Path folder) throws ModelException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(ExportFolder::isGraph).sorted().toList();
    } catch (IOException e) {
      throw OnnxErrors.failedRead(folder, e);
    }
  }

  /**
   * All files that an import reads.
   *
   * @throws ModelException as {@link OnnxImport#run}
   */
  public static List<Path> files(Path source) throws ModelException {
    ExportFolder export = of(source);
    List<Path> files = new ArrayList<>(ModelFolder.descriptions(export.folder()));
    files.add(export.graph());
    files.addAll(GraphScan.of(export.graph()).externalFiles());
    return files;
  }
}
