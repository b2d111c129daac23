package dev.bantam.inference.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A vocabulary of Gemma's size is loaded by a process with a small heap. */
class LargeVocabularyTest {

  private static final String HEAP = "-Xmx128m";
  private static final int TOKENS = 256_000;

  @TempDir Path folder;

  @Test
  void shouldLoadWithoutHoldingTheFile() throws Exception {
    // Given
    Path file = Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
    Path output = folder.resolve("output");
    // When
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LargeVocabularyTest.class.getName(),
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    // Then
    assertThat(Files.readString(output)).endsWith("a bc\n");
  }

  /** Every merge of a piece twice: 256,000 tokens of a real file have 515,000. */
  private static String tokenizer() {
    List<String> words = new ArrayList<>(List.of(""));
    for (int shorter = 0; words.size() < TOKENS; shorter++) {
      for (char letter = 'a'; letter <= 'z'; letter++) {
        words.add(words.get(shorter) + letter);
      }
    }
    StringBuilder json = new StringBuilder("{\"added_tokens\":[],\"normalizer\":null,");
    json.append("\"pre_tokenizer\":{\"type\":\"ByteLevel\",\"add_prefix_space\":false,");
    json.append("\"trim_offsets\":false,\"use_regex\":true},\"decoder\":{\"type\":\"ByteLevel\",");
    json.append("\"add_prefix_space\":false,\"trim_offsets\":false,\"use_regex\":true},");
    json.append("\"model\":{\"type\":\"BPE\",\"vocab\":{\"\u0120\":0");
    for (int id = 1; id < words.size(); id++) {
      json.append(",\"").append(words.get(id)).append("\":").append(id);
    }
    json.append("},\"merges\":[[\"a\",\"a\"]");
    for (String word : words.subList(27, words.size())) {
      int end = word.length() - 1;
      String merge = "[\"" + word.substring(0, end) + "\",\"" + word.charAt(end) + "\"]";
      json.append(",\n").append(merge).append(",\n").append(merge);
    }
    return json.append("]}}").toString();
  }

  /** {@code FILE}: loads it, and decodes what it has encoded. */
  public static void main(String[] arguments) throws Exception {
    try (Tokenizer tokenizer = Tokenizers.load(Path.of(arguments[0]))) {
      System.out.println(tokenizer.decode(tokenizer.encodeText("a bc")));
    }
  }
}
