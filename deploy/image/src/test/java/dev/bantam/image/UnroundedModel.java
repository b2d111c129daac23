package dev.bantam.image;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import dev.bantam.spi.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** An imported model whose products keep their activations as floats: slow, for comparisons. */
final class UnroundedModel {

  private static final String ACCURACY = "accuracy_level";

  private UnroundedModel() {}

  /**
   * @param folder gets the changed graph and a copy of the weights
   */
  static ModelFiles of(ModelFiles model, Path folder) throws Exception {
    ModelProto.Builder proto =
        ModelProto.parseFrom(Files.readAllBytes(model.require(ModelFiles.GRAPH))).toBuilder();
    proto.getGraphBuilder().getNodeBuilderList().forEach(UnroundedModel::keepFloats);
    Path graph = Files.write(folder.resolve("graph.onnx"), proto.build().toByteArray());
    Map<String, Path> files = new HashMap<>(model.files());
    for (String role : model.files().keySet()) {
      if (role.startsWith(ModelFiles.WEIGHTS)) {
        files.put(role, copy(model.require(role), folder));
      }
    }
    files.put(ModelFiles.GRAPH, graph);
    return new ModelFiles(model.reference(), files);
  }

  /** A copy, for ONNX Runtime takes no weights from links that lead out of the graph's folder. */
  private static Path copy(Path weights, Path folder) throws IOException {
    return Files.copy(weights, folder.resolve(weights.getFileName()));
  }

  private static void keepFloats(NodeProto.Builder node) {
    for (AttributeProto.Builder attribute : node.getAttributeBuilderList()) {
      if (attribute.getName().equals(ACCURACY)) {
        attribute.setI(0);
      }
    }
  }
}
