package dev.bantam.inference.selftest;

import dev.bantam.inference.selftest.KernelCase.Input;
import dev.bantam.inference.selftest.KernelCase.Output;
import dev.bantam.inference.selftest.KernelCase.Type;
import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * The cases that come with Bantam. {@code src/test/golden/kernel_cases.py} makes them, and its head
 * describes the format.
 */
final class KernelCases {

  private static final String CASES = "cases.txt";

  private KernelCases() {}

  static List<KernelCase> all() throws IOException {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(open(CASES), StandardCharsets.US_ASCII))) {
      return read(reader);
    }
  }

  static byte[] graph(KernelCase kernel) throws IOException {
    try (InputStream in = open(kernel.graph())) {
      return in.readAllBytes();
    }
  }

  private static InputStream open(String resource) throws IOException {
    InputStream in = KernelCases.class.getResourceAsStream(resource);
    if (in == null) {
      throw new FileNotFoundException("resource " + resource + " of the self-test");
    }
    return in;
  }

  static List<KernelCase> read(BufferedReader reader) throws IOException {
    List<KernelCase> cases = new ArrayList<>();
    String[] head = {};
    List<Input> inputs = new ArrayList<>();
    List<Output> outputs = new ArrayList<>();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "case" -> {
          add(cases, head, inputs, outputs);
          head = words;
          inputs.clear();
          outputs.clear();
        }
        case "in" -> inputs.add(input(words));
        case "out" -> outputs.add(output(words));
        default -> throw new IOException("a line of the self-test begins with " + words[0]);
      }
    }
    add(cases, head, inputs, outputs);
    return cases;
  }

  private static void add(
      List<KernelCase> cases, String[] head, List<Input> inputs, List<Output> outputs) {
    if (head.length > 0) {
      List<String> operators = Arrays.asList(head).subList(3, head.length);
      cases.add(new KernelCase(head[1], head[2], operators, inputs, outputs));
    }
  }

  private static Input input(String[] words) {
    Type type = Type.valueOf(words[2].toUpperCase(Locale.ROOT));
    long[] shape = Arrays.stream(words[3].split("x")).mapToLong(Long::parseLong).toArray();
    return new Input(words[1], type, shape, values(words));
  }

  /** The shape is there for readers: the graph gives it. */
  private static Output output(String[] words) {
    return new Output(words[1], Double.parseDouble(words[2]), values(words));
  }

  private static double[] values(String[] words) {
    return Arrays.stream(words).skip(4).mapToDouble(Double::parseDouble).toArray();
  }
}
