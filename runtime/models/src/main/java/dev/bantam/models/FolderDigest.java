package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.importer.safetensors.ModelFolder;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

/**
 * What stands for a model's folder as a file's sha256 stands for a file: the sha256 of the list
 * that {@code sha256sum} prints of the files that an import reads, with the bytes of all of them.
 */
final class FolderDigest {

  private FolderDigest() {}

  /**
   * @param folder or the graph of an ONNX export, for the files around it
   */
  static Blob of(Path folder, ImportListener listener) throws ModelException {
    List<Path> files =
        ExportFolder.isExport(folder) ? ExportFolder.files(folder) : ModelFolder.files(folder);
    long size = files.stream().mapToLong(file -> file.toFile().length()).sum();
    String step = "sha256 of " + folder.getFileName();
    MessageDigest digest = Sha256.digest();
    long done = 0;
    for (Path file : files) {
      long before = done;
      String sha256 = Sha256.of(file, bytes -> listener.progress(step, before + bytes, size));
      String line = "%s  %s\n".formatted(sha256, file.getFileName());
      digest.update(line.getBytes(StandardCharsets.UTF_8));
      done += file.toFile().length();
    }
    return new Blob(Sha256.hex(digest), size);
  }
}
