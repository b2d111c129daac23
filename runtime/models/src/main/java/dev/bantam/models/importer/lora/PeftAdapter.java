package dev.bantam.models.importer.lora;

import dev.bantam.models.ModelException;
import dev.bantam.models.gguf.GgufMetadata;
import dev.bantam.models.importer.safetensors.PeftFile;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/** An adapter's folder as PEFT saves it. */
final class PeftAdapter implements Adapter {

  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";

  private final PeftFile file;
  private final Map<String, LowRank> parts = new LinkedHashMap<>();

  private PeftAdapter(PeftFile file) throws ModelException {
    this.file = file;
    for (PeftFile.Pair pair : file.pairs().values()) {
      int rank = pair.a().rows();
      if (pair.b().columns() != rank || rank > GgufAdapter.MAX_RANK) {
        throw file.wrong(
            pair.matrix(),
            "ranks %d and %d differ, or are above %d"
                .formatted(rank, pair.b().columns(), GgufAdapter.MAX_RANK));
      }
      parts.put(
          pair.matrix(),
          new LowRank(
              rank,
              pair.a().columns(),
              pair.b().rows(),
              (float) pair.scale(),
              () -> new LowRank.Factors(pair.a().floats(), pair.b().floats())));
    }
  }

  static PeftAdapter open(Path folder, GgufMetadata model) throws ModelException {
    PeftFile file = PeftFile.open(folder.resolve(CONFIG), folder.resolve(WEIGHTS), model);
    boolean whole = false;
    try {
      PeftAdapter adapter = new PeftAdapter(file);
      whole = true;
      return adapter;
    } finally {
      if (!whole) {
        file.close();
      }
    }
  }

  @Override
  public Map<String, LowRank> parts() {
    return Collections.unmodifiableMap(parts);
  }

  @Override
  public boolean hasNeighbouringPairs() {
    return false;
  }

  @Override
  public ModelException wrong(String matrix, String problem) {
    return file.wrong(matrix, problem);
  }

  @Override
  public void close() throws ModelException {
    file.close();
  }
}
