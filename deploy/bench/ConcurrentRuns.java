import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bantam.inference.bench.ProcessMemory;
import dev.bantam.inference.generation.GenerationLoop;
import dev.bantam.inference.generation.GenerationParameters;
import dev.bantam.inference.generation.GenerationResult;
import dev.bantam.inference.generation.Generator;
import dev.bantam.inference.session.DecoderModel;
import dev.bantam.inference.session.Sequence;
import dev.bantam.inference.tokenizer.Tokenizer;
import dev.bantam.inference.tokenizer.Tokenizers;
import dev.bantam.models.ModelRepository;
import dev.bantam.spi.CancellationToken;
import dev.bantam.spi.LoadContext;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import dev.bantam.spi.TaskException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Requests at the same time for the benchmark `concurrent`, which starts it.
 *
 * <p>Arguments: the folder of models, a model's reference, threads, the context, requests at a time,
 * rounds, requests of the storm. The last line of output is JSON.
 */
final class ConcurrentRuns {

  private static final int TOKENS = 96;
  private static final int KINDS = 80;
  private static final List<String> SENTENCES =
      List.of(
          "Sensor %d in the boiler room reports a temperature of 87 degrees and a pressure of 4 bar.",
          "The pump of line %d has stopped twice since midnight, and its motor draws too much current.",
          "Door %d of the cold store stood open for eleven minutes while the outside air was humid.",
          "Conveyor %d runs slower than its set point, though no fault is shown on the panel.");

  private final DecoderModel model;
  private final Tokenizer tokenizer;
  private final int parallel;
  private final ExecutorService workers;

  private ConcurrentRuns(DecoderModel model, Tokenizer tokenizer, int parallel) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.parallel = parallel;
    this.workers = Executors.newFixedThreadPool(parallel);
  }

  public static void main(String[] arguments) throws Exception {
    ModelFiles files =
        ModelRepository.open(Path.of(arguments[0])).resolve(ModelReference.parse(arguments[1]));
    int[] numbers =
        Arrays.stream(arguments).skip(2).mapToInt(Integer::parseInt).toArray();
    try (Tokenizer tokenizer = Tokenizers.load(files.require(ModelFiles.TOKENIZER));
        DecoderModel model = DecoderModel.load(files, LoadContext.of(numbers[0], numbers[1]))) {
      ConcurrentRuns runs = new ConcurrentRuns(model, tokenizer, numbers[2]);
      Map<String, Object> figures = new LinkedHashMap<>();
      figures.put("exact", model.batchesExactly());
      if (numbers[3] > 0) {
        figures.putAll(runs.rounds(numbers[3]));
      }
      if (numbers[4] > 0) {
        figures.putAll(runs.storm(numbers[4]));
      }
      runs.workers.shutdown();
      System.out.println(new ObjectMapper().writeValueAsString(figures));
    }
  }

  /** One request alone, then as many as fit at a time, by turns. */
  private Map<String, Object> rounds(int rounds) throws Exception {
    List<Double> alone = new ArrayList<>();
    List<Double> together = new ArrayList<>();
    List<Double> waits = new ArrayList<>();
    try (GenerationLoop loop = new GenerationLoop(model, tokenizer)) {
      for (int round = 0; round <= rounds; round++) {
        long begin = System.nanoTime();
        GenerationResult one = fixed(loop, round);
        double single = one.usage().completionTokens() / seconds(begin);
        List<Double> took = new ArrayList<>();
        begin = System.nanoTime();
        long start = begin;
        List<Future<Double>> futures = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
          int number = round + i;
          futures.add(
              workers.submit(
                  () -> {
                    GenerationResult unused = fixed(loop, number);
                    return seconds(start);
                  }));
        }
        for (Future<Double> future : futures) {
          took.add(future.get());
        }
        double all = parallel * TOKENS / seconds(begin);
        System.err.printf(
            "round %d: alone %.1f tokens/s, %d at a time %.1f, longest %.2f s, median %.2f s%n",
            round, single, parallel, all, largest(took), median(took));
        if (round > 0) {
          alone.add(single);
          together.add(all);
          waits.add(largest(took) / median(took));
        }
      }
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("alone", median(alone));
    figures.put("together", median(together));
    figures.put("ratio", median(together) / median(alone));
    figures.put("longest_to_median", largest(waits));
    return figures;
  }

  /** An answer of a fixed length to one of several prompts of like lengths. */
  private GenerationResult fixed(GenerationLoop loop, int number) throws TaskException {
    Map<Integer, Double> never =
        model.config().stopTokenIds().stream().collect(Collectors.toMap(id -> id, id -> -1e6));
    return loop.generate(
        prompt(number, 3),
        GenerationParameters.greedy(TOKENS).withLogitBias(never),
        piece -> {},
        CancellationToken.NONE);
  }

  private int[] prompt(int number, int sentences) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < sentences; i++) {
      text.append(SENTENCES.get((number + i) % SENTENCES.size()).formatted(number + i)).append(' ');
    }
    return tokenizer.encodePrompt(text + "In short,");
  }

  private record Kind(int[] prompt, GenerationParameters parameters) {}

  /** Requests of all lengths, of which some are cancelled and some have too little time. */
  private Map<String, Object> storm(int requests) throws Exception {
    List<Kind> kinds = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    Random random = new Random(4);
    for (int i = 0; i < KINDS; i++) {
      GenerationParameters parameters = GenerationParameters.greedy(1 + random.nextInt(40));
      if (i % 4 == 0) {
        parameters = parameters.withSampling(0.8, 0, 0.95, 0, i);
      }
      Kind kind = new Kind(prompt(i, 1 + random.nextInt(12)), parameters);
      kinds.add(kind);
      try (Sequence sequence = model.newSequence()) {
        expected.add(
            Generator.generate(
                    sequence, tokenizer, kind.prompt, kind.parameters, p -> {}, CancellationToken.NONE)
                .text());
      }
    }
    int[] same = new int[1];
    int[] cut = new int[1];
    long before;
    long after;
    try (GenerationLoop loop = new GenerationLoop(model, tokenizer)) {
      // What the process takes once, whatever comes.
      flood(loop, kinds, expected, Math.max(40, requests / 10), random, new int[1], new int[1]);
      before = settled();
      flood(loop, kinds, expected, requests, random, same, cut);
      after = settled();
    }
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("requests", requests);
    figures.put("same_as_alone", same[0]);
    figures.put("cut_short", cut[0]);
    figures.put("before_bytes", before);
    figures.put("after_bytes", after);
    figures.put("memory_ratio", (double) after / before);
    return figures;
  }

  private void flood(
      GenerationLoop loop,
      List<Kind> kinds,
      List<String> expected,
      int requests,
      Random random,
      int[] same,
      int[] cut)
      throws Exception {
    List<Future<Boolean>> answers = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      int kind = random.nextInt(kinds.size());
      int fate = random.nextInt(5);
      int pieces = random.nextInt(30);
      long limit = random.nextInt(2000) * 1_000_000L;
      answers.add(
          workers.submit(() -> answer(loop, kinds.get(kind), expected.get(kind), fate, pieces, limit)));
    }
    for (Future<Boolean> answer : answers) {
      (answer.get() ? same : cut)[0]++;
    }
  }

  /** Whether it was answered, rightly; false if it was cut short, rightly as far as it came. */
  private static boolean answer(
      GenerationLoop loop, Kind kind, String expected, int fate, int pieces, long limit) {
    StringBuilder text = new StringBuilder();
    int[] count = new int[1];
    long begin = System.nanoTime();
    CancellationToken token =
        () ->
            fate == 0 && count[0] >= pieces || fate == 1 && System.nanoTime() - begin > limit;
    try {
      String whole =
          loop.generate(
                  kind.prompt,
                  kind.parameters,
                  piece -> {
                    text.append(piece);
                    count[0]++;
                  },
                  token)
              .text();
      require(whole.equals(expected), expected, whole);
      return true;
    } catch (TaskException e) {
      require(fate < 2 && expected.startsWith(text.toString()), expected, text.toString());
      return false;
    }
  }

  private static void require(boolean holds, String expected, String found) {
    if (!holds) {
      throw new IllegalStateException("alone: " + expected + "\nbeside others: " + found);
    }
  }

  private static long settled() throws Exception {
    for (int i = 0; i < 3; i++) {
      System.gc();
      Thread.sleep(300);
    }
    ProcessMemory memory = ProcessMemory.read().orElseThrow();
    return memory.anonymous() + memory.swap();
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(half)
        : (sorted.get(half - 1) + sorted.get(half)) / 2;
  }

  private static double largest(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
  }
}
