package dev.bantam.inference.encoder;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.importer.ImportListener;
import dev.bantam.models.importer.quantize.Quantization;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The small random encoders of runtime/models, imported, and transformers' values for them. */
public final class EncoderFixture {

  private static final ObjectMapper JSON = new ObjectMapper();

  private EncoderFixture() {}

  static Path folder(String name) {
    return Path.of(
        System.getProperty("bantam.root"), "runtime/models/src/test/resources/encoders", name);
  }

  /** Imports one with its weights as they are. */
  public static ModelFiles files(String name, Path work) throws Exception {
    ModelRepository repository = ModelRepository.open(work.resolve("models"));
    InstalledModel model =
        repository.importFile(folder(name), name, Quantization.NONE, ImportListener.NONE);
    return repository.resolve(model.reference(model.variants().get(0)));
  }

  static EncoderModel load(String name, Path work) throws Exception {
    return EncoderModel.load(files(name, work), LoadContext.of(1, 512));
  }

  /** Loads one with something changed in its configuration. */
  static EncoderModel load(String name, Path work, Consumer<ObjectNode> change) throws Exception {
    ModelFiles files = files(name, work);
    Path config = files.require(ModelFiles.CONFIG);
    ObjectNode node = (ObjectNode) JSON.readTree(config.toFile());
    change.accept(node);
    Path changed = work.resolve("changed.json");
    JSON.writeValue(changed.toFile(), node);
    Map<String, Path> roles = new HashMap<>(files.files());
    roles.put(ModelFiles.CONFIG, changed);
    return EncoderModel.load(new ModelFiles(files.reference(), roles), LoadContext.of(1, 512));
  }

  /** The golden texts. */
  static List<EncoderInput> inputs(String name) throws Exception {
    JsonNode json = JSON.readTree(folder(name).resolve("golden.json").toFile());
    List<EncoderInput> inputs = new ArrayList<>();
    for (int i = 0; i < json.get("texts").size(); i++) {
      int[] ids = JSON.treeToValue(json.get("texts").get(i), int[].class);
      JsonNode types = json.path("types").path(i);
      inputs.add(
          new EncoderInput(
              ids, types.isArray() ? JSON.treeToValue(types, int[].class) : new int[ids.length]));
    }
    return inputs;
  }

  /** Transformers' values: by output, then by text. */
  static Map<String, List<float[]>> golden(String name, EncoderModel model) throws Exception {
    JsonNode json = JSON.readTree(folder(name).resolve("golden.json").toFile());
    ByteBuffer bytes =
        ByteBuffer.wrap(Files.readAllBytes(folder(name).resolve("golden.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    EncoderOutputs outputs = EncoderOutputs.of(model.config());
    Map<String, List<float[]>> values = new LinkedHashMap<>();
    for (EncoderInput input : inputs(name)) {
      for (JsonNode output : json.get("outputs")) {
        float[] floats = new float[outputs.elements(1, input.size())];
        bytes.asFloatBuffer().get(floats);
        bytes.position(bytes.position() + floats.length * Float.BYTES);
        values.computeIfAbsent(output.asText(), key -> new ArrayList<>()).add(floats);
      }
    }
    return values;
  }
}
