package dev.bantam.models;

import dev.bantam.format.PromptFormats;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.Shelf.Item;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.ModelImporter;
import dev.bantam.models.importer.lora.AdaptedSource;
import dev.bantam.models.store.Blob;
import dev.bantam.models.store.BlobStore;
import dev.bantam.models.store.FileLocks;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Imports models that are on this machine. */
final class FileImports {

  private final Parts parts;
  private final Installer installer;

  FileImports(Parts parts, Installer installer) {
    this.parts = parts;
    this.installer = installer;
  }

  /** See {@link ModelRepository#importFile}. */
  Item run(Path file, String name, ImportOptions options, ImportListener listener)
      throws ModelException {
    Shelf.requireName(name);
    Path source = file.toAbsolutePath().normalize();
    requireReadable(source);
    checkPromptFormat(source, options);
    Optional<Path> adapter = adapter(options);
    Installer making = installer.withPromptFormat(options.promptFormat());
    if (adapter.isPresent()) {
      making = making.with(VariantImporter.of(adapter));
    }
    try (FileLocks.Held lock = parts.locks().acquire(name, holder -> {})) {
      parts.sweeper().sweep();
      Blob content = SourceDigest.of(source, adapter, listener);
      String from =
          source.getFileName() + adapter.map(path -> " --lora " + path.getFileName()).orElse("");
      Release release = Release.ofFile(name, from, content);
      try (BlobStore.Work work = parts.blobs().begin()) {
        Optional<Item> current = making.currentOf(name, content);
        return current.isPresent()
            ? making.renew(work, current.get(), source, options.quantization(), listener)
            : making.install(
                work, release, source, false, List.of(options.quantization()), listener);
      }
    } finally {
      parts.sweeper().sweep();
    }
  }

  private static void checkPromptFormat(Path source, ImportOptions options) throws ModelException {
    if (options.promptFormat().isPresent()) {
      String format = options.promptFormat().get();
      PromptFormatChange.requireKnown(format);
      if (format.equals(PromptFormats.TEMPLATE) && ModelImporter.lacksChatTemplate(source)) {
        throw PromptFormatChange.noTemplate();
      }
    }
  }

  private static Optional<Path> adapter(ImportOptions options) throws ModelException {
    if (options.adapter().isEmpty()) {
      return Optional.empty();
    }
    Path absolute = options.adapter().get().toAbsolutePath().normalize();
    for (Path part : AdaptedSource.files(absolute)) {
      if (!Files.isRegularFile(part)) {
        throw new ModelException(
            Kind.USAGE,
            "there is no file %s; an adapter is a .gguf file, or a folder with adapter_config.json and adapter_model.safetensors"
                .formatted(part));
      }
    }
    return Optional.of(absolute);
  }

  static void requireReadable(Path file) throws ModelException {
    String problem = "";
    if (!Files.exists(file)) {
      problem =
          "there is no file %s; give the path of a .gguf file, of a folder with config.json and safetensors or ONNX graphs, or of such a graph"
              .formatted(file);
    } else if (file.toString().endsWith(".safetensors")) {
      problem = "%s is a model's weights alone; give the folder that holds it".formatted(file);
    } else if (!Files.isRegularFile(file) && !Files.isDirectory(file)) {
      problem = "%s is neither a file nor a folder".formatted(file);
    } else if (!Files.isReadable(file)) {
      problem = "no permission to read %s".formatted(file);
    }
    if (!problem.isEmpty()) {
      throw new ModelException(Kind.USAGE, problem);
    }
  }
}
