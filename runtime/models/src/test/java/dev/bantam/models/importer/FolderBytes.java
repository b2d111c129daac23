package dev.bantam.models.importer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Writes folders as transformers does: a sound llama of one layer, of which parts may be changed.
 */
final class FolderBytes {

  private static final String CONFIG =
      """
      {"model_type": "llama", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
       "num_attention_heads": 2, "num_key_value_heads": 1, "max_position_embeddings": 32,
       "rms_norm_eps": 1e-5, "vocab_size": 4, "hidden_act": "silu", "tie_word_embeddings": true,
       "rope_parameters": {"rope_type": "llama3", "rope_theta": 10000.0, "factor": 8.0,
         "low_freq_factor": 1.0, "high_freq_factor": 4.0, "original_max_position_embeddings": 16},
       "bos_token_id": 1, "eos_token_id": [2]}
      """;

  private static final String TOKENIZER =
      """
      {"version": "1.0", "added_tokens": [{"id": 1, "content": "<s>", "special": true},
        {"id": 2, "content": "</s>", "special": true}],
       "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>",
         "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]},
       "model": {"type": "BPE", "vocab": {"<unk>": 0, "<s>": 1, "</s>": 2, "a": 3}, "merges": []}}
      """;

  private final Map<String, byte[]> files = new LinkedHashMap<>();

  private FolderBytes() {}

  static FolderBytes model() {
    FolderBytes folder = new FolderBytes();
    folder.files.put("config.json", bytes(CONFIG));
    folder.files.put("tokenizer.json", bytes(TOKENIZER));
    folder.files.put(
        "tokenizer_config.json", bytes("{\"bos_token\": \"<s>\", \"eos_token\": \"</s>\"}"));
    folder.files.put("model.safetensors", weights());
    return folder;
  }

  private static byte[] weights() {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    shapes.put("model.embed_tokens.weight", new long[] {4, 32});
    shapes.put("model.norm.weight", new long[] {32});
    String layer = "model.layers.0.";
    shapes.put(layer + "input_layernorm.weight", new long[] {32});
    shapes.put(layer + "post_attention_layernorm.weight", new long[] {32});
    shapes.put(layer + "self_attn.q_proj.weight", new long[] {32, 32});
    shapes.put(layer + "self_attn.k_proj.weight", new long[] {16, 32});
    shapes.put(layer + "self_attn.v_proj.weight", new long[] {16, 32});
    shapes.put(layer + "self_attn.o_proj.weight", new long[] {32, 32});
    shapes.put(layer + "mlp.gate_proj.weight", new long[] {64, 32});
    shapes.put(layer + "mlp.up_proj.weight", new long[] {64, 32});
    shapes.put(layer + "mlp.down_proj.weight", new long[] {32, 64});
    StringBuilder header = new StringBuilder("{\"__metadata__\":{\"format\":\"pt\"}");
    long offset = 0;
    for (Map.Entry<String, long[]> tensor : shapes.entrySet()) {
      long end = offset + 2 * java.util.Arrays.stream(tensor.getValue()).reduce(1, (a, b) -> a * b);
      header.append(
          ",\"%s\":{\"dtype\":\"BF16\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
              .formatted(
                  tensor.getKey(), java.util.Arrays.toString(tensor.getValue()), offset, end));
      offset = end;
    }
    return safetensors(header.append('}').toString(), (int) offset);
  }

  /** A safetensors file of zeros. */
  static byte[] safetensors(String header, int dataBytes) {
    byte[] text = bytes(header);
    return ByteBuffer.allocate(8 + text.length + dataBytes)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .array();
  }

  FolderBytes with(String file, byte[] content) {
    files.put(file, content);
    return this;
  }

  /** Replaces a part of a file, which must be there; lengths may differ but in safetensors. */
  FolderBytes replace(String file, String old, String replacement) {
    String text = new String(get(file), StandardCharsets.ISO_8859_1);
    if (!text.contains(old)) {
      throw new IllegalArgumentException(old);
    }
    files.put(file, text.replace(old, replacement).getBytes(StandardCharsets.ISO_8859_1));
    return this;
  }

  FolderBytes without(String file) {
    files.remove(file);
    return this;
  }

  byte[] get(String file) {
    return files.get(file).clone();
  }

  Path write(Path folder) throws Exception {
    Files.createDirectories(folder);
    for (Map.Entry<String, byte[]> file : files.entrySet()) {
      Files.write(folder.resolve(file.getKey()), file.getValue());
    }
    return folder;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
