package dev.bantam.spi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The files of one installed model variant, by role. All are read-only and verified.
 *
 * @param reference name, version and variant
 * @param files absolute paths by role; see the constants for the roles of a generative model
 */
public record ModelFiles(ModelReference reference, Map<String, Path> files) {

  /** The ONNX graph. Its external data lie beside it, under the names the graph gives. */
  public static final String GRAPH = "graph";

  /**
   * Of an encoder, if it is there: {@link #GRAPH} for a single text, without what a batch of mixed
   * lengths needs. It has the same inputs and outputs, and the same external data.
   */
  public static final String SINGLE_TEXT_GRAPH = "single_text_graph";

  /**
   * Of a decoder, if it is there: {@link #GRAPH} with a KV cache of bytes, whose scales were found
   * by running the model. It has the same external data.
   */
  public static final String INT8_KV_GRAPH = "int8_kv_graph";

  /**
   * Tensor data outside the graph, in the folder of {@link #GRAPH}; further files are {@code
   * weights-1}, ...
   */
  public static final String WEIGHTS = "weights";

  /** A Hugging Face {@code tokenizer.json}. */
  public static final String TOKENIZER = "tokenizer";

  /**
   * Hyper-parameters as JSON: {@link dev.bantam.format.DecoderConfig} for a decoder, {@link
   * dev.bantam.format.EncoderConfig} for an encoder.
   */
  public static final String CONFIG = "config";

  public ModelFiles {
    files = Map.copyOf(files);
  }

  /**
   * @throws TaskException with {@link ErrorCode#MODEL_UNUSABLE} if the variant has no such file
   */
  public Path require(String role) throws TaskException {
    Path path = files.get(role);
    if (path == null) {
      throw new TaskException(
          ErrorCode.MODEL_UNUSABLE,
          "model %s has no file of role \"%s\"; it has %s"
              .formatted(reference, role, new TreeMap<>(files).keySet()));
    }
    return path;
  }

  /**
   * By what something that was found out of this model is found again: by role, each file's name
   * without links and its size. Files of installed models are named by their digests. Blocking.
   *
   * @throws IOException if a file cannot be found
   */
  public Map<String, String> identity() throws IOException {
    Map<String, String> identity = new TreeMap<>();
    for (Map.Entry<String, Path> file : files.entrySet()) {
      Path real = file.getValue().toRealPath();
      identity.put(file.getKey(), "%s %d".formatted(real.getFileName(), Files.size(real)));
    }
    return identity;
  }
}
