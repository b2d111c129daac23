package dev.bantam.models.importer;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import dev.bantam.spi.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/** Writes imported encoders as exporters do. */
final class EncoderExports {

  private EncoderExports() {}

  /**
   * Writes the imported graph and weights under the names that exporters give.
   *
   * @param original the folder that was imported
   */
  static void write(
      Path original,
      ImportedVariant imported,
      FolderBlobs blobs,
      Consumer<GraphProto.Builder> change,
      Path export)
      throws Exception {
    ModelProto.Builder model =
        ModelProto.parseFrom(Files.readAllBytes(path(imported, blobs, ModelFiles.GRAPH)))
            .toBuilder();
    change.accept(model.getGraphBuilder());
    for (TensorProto.Builder tensor : model.getGraphBuilder().getInitializerBuilderList()) {
      tensor.getExternalDataBuilderList().stream()
          .filter(entry -> entry.getKey().equals("location"))
          .forEach(entry -> entry.setValue("model.onnx_data"));
    }
    Files.write(export.resolve("model.onnx"), model.build().toByteArray());
    Files.copy(path(imported, blobs, ModelFiles.WEIGHTS), export.resolve("model.onnx_data"));
    Files.copy(original.resolve("config.json"), export.resolve("config.json"));
    Files.copy(path(imported, blobs, ModelFiles.TOKENIZER), export.resolve("tokenizer.json"));
  }

  private static Path path(ImportedVariant imported, FolderBlobs blobs, String role) {
    return blobs.path(Objects.requireNonNull(imported.files().get(role)));
  }
}
