package dev.bantam.models.importer.safetensors;

import dev.bantam.models.ModelException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All open safetensors files of one model. */
final class Shards implements AutoCloseable {

  /** One tensor and its file. */
  record Located(SafetensorsFile file, StoredTensor tensor) {

    ModelException malformed(String problem) {
      return FolderErrors.malformed(file.path(), tensor.name(), problem);
    }

    ModelException unsupported(String problem) {
      return FolderErrors.unsupported(file.path(), tensor.name(), problem);
    }
  }

  private final List<SafetensorsFile> files = new ArrayList<>();
  private final Map<String, Located> tensors = new LinkedHashMap<>();

  private Shards() {}

  /** Opens the files of a folder, and checks that each tensor is where the index has it. */
  static Shards open(Path folder) throws ModelException {
    Shards shards = new Shards();
    boolean whole = false;
    try {
      for (Path file : ModelFolder.weights(folder)) {
        shards.add(SafetensorsFile.open(file));
      }
      shards.check(folder, ModelFolder.placement(folder));
      whole = true;
      return shards;
    } finally {
      if (!whole) {
        shards.close();
      }
    }
  }

  private void add(SafetensorsFile file) throws ModelException {
    files.add(file);
    for (StoredTensor tensor : file.tensors().values()) {
      Located earlier = tensors.put(tensor.name(), new Located(file, tensor));
      if (earlier != null) {
        throw earlier.malformed("it is in %s too".formatted(file.path().getFileName()));
      }
    }
  }

  private void check(Path folder, Map<String, String> placement) throws ModelException {
    for (Map.Entry<String, String> place : placement.entrySet()) {
      Located found = tensors.get(place.getKey());
      Path expected = folder.resolve(place.getValue());
      if (found == null || !found.file().path().equals(expected)) {
        throw FolderErrors.malformed(
            expected, place.getKey(), "the index has this tensor here, but it is not");
      }
    }
  }

  Map<String, Located> tensors() {
    return tensors;
  }

  @Override
  public void close() throws ModelException {
    for (SafetensorsFile file : files) {
      file.close();
    }
  }
}
