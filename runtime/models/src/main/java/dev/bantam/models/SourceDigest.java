package dev.bantam.models;

import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.lora.AdaptedSource;
import dev.bantam.models.importer.onnx.ExportFolder;
import dev.bantam.models.importer.safetensors.ModelFolder;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.Sha256;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What names the content of an import. For one file its sha256; for several the sha256 of the list
 * that {@code sha256sum} prints of them, with the bytes of all.
 */
final class SourceDigest {

  private SourceDigest() {}

  /**
   * @param model a file or a folder; the graph of an ONNX export stands for the files around it
   * @param adapter a file or a folder
   */
  static Blob of(Path model, Optional<Path> adapter, ImportListener listener)
      throws ModelException {
    List<Path> files = new ArrayList<>(files(model));
    adapter.map(AdaptedSource::files).ifPresent(files::addAll);
    long size = files.stream().mapToLong(file -> file.toFile().length()).sum();
    String step = "sha256 of " + model.getFileName();
    List<String> digests = new ArrayList<>();
    long done = 0;
    for (Path file : files) {
      long before = done;
      digests.add(Sha256.of(file, bytes -> listener.progress(step, before + bytes, size)));
      done += file.toFile().length();
    }
    return new Blob(digests.size() == 1 ? digests.get(0) : ofList(files, digests), size);
  }

  /** The files that an import reads. */
  static List<Path> files(Path model) throws ModelException {
    if (ExportFolder.isExport(model)) {
      return ExportFolder.files(model);
    }
    return Files.isDirectory(model) ? ModelFolder.files(model) : List.of(model);
  }

  private static String ofList(List<Path> files, List<String> digests) {
    MessageDigest digest = Sha256.digest();
    for (int i = 0; i < files.size(); i++) {
      String line = "%s  %s\n".formatted(digests.get(i), files.get(i).getFileName());
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }
}
