package dev.bantam.runtime;

import dev.bantam.models.Canary;
import dev.bantam.models.ModelException;
import dev.bantam.models.PullListener;
import dev.bantam.models.importer.onnx.GraphOperators;
import dev.bantam.runtime.device.DeviceRecord;
import dev.bantam.runtime.device.KernelReport;
import dev.bantam.runtime.swap.Desired;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Models of another source, without those that need a kernel which failed in this machine's
 * self-test: loading one could end the process. Graphs that a model may be without, as that with a
 * KV cache of bytes, are left out by themselves. Any thread; blocking.
 */
public final class TestedModels implements ModelSource {

  private static final Logger LOG = LoggerFactory.getLogger(TestedModels.class);

  /** Graphs in whose place {@link ModelFiles#GRAPH} can be loaded. */
  private static final List<String> BESIDE =
      List.of(ModelFiles.INT8_KV_GRAPH, ModelFiles.SINGLE_TEXT_GRAPH);

  private final ModelSource models;
  private final List<KernelReport> failed;

  private TestedModels(ModelSource models, List<KernelReport> failed) {
    this.models = models;
    this.failed = failed;
  }

  /** Those of a source that this machine can run. */
  public static ModelSource of(ModelSource models, DeviceRecord record) {
    return record.failed().isEmpty() ? models : new TestedModels(models, record.failed());
  }

  @Override
  public ModelFiles resolve(ModelReference reference, List<String> variants) throws ModelException {
    return usable(models.resolve(reference, variants));
  }

  /** Where no variant can be used, all: the reason comes when one is resolved. */
  @Override
  public List<ModelFiles> variants(ModelReference reference) throws ModelException {
    List<ModelFiles> all = models.variants(reference);
    List<ModelFiles> usable =
        all.stream()
            .filter(files -> obstacle(files, ModelFiles.GRAPH).isEmpty())
            .map(this::withUsableGraphs)
            .toList();
    return usable.isEmpty() ? all : usable;
  }

  @Override
  public ModelFiles verified(ModelReference reference, List<String> variants)
      throws ModelException {
    return usable(models.verified(reference, variants));
  }

  @Override
  public ModelFiles obtain(Desired wish, List<String> variants, PullListener listener)
      throws ModelException {
    return usable(models.obtain(wish, variants, listener));
  }

  @Override
  public void hold(String holder, Collection<ModelReference> held) throws ModelException {
    models.hold(holder, held);
  }

  @Override
  public List<Canary> canaries(ModelReference model) throws ModelException {
    return models.canaries(model);
  }

  private ModelFiles usable(ModelFiles files) throws ModelException {
    Optional<KernelReport> obstacle = obstacle(files, ModelFiles.GRAPH);
    if (obstacle.isPresent()) {
      throw new ModelException(
          ModelException.Kind.UNSUPPORTED,
          "model %s needs a kernel that failed in this machine's self-test (%s); take another variant, or try again with: bantam device test"
              .formatted(files.reference(), obstacle.get()));
    }
    return withUsableGraphs(files);
  }

  private ModelFiles withUsableGraphs(ModelFiles files) {
    Map<String, Path> usable = new HashMap<>(files.files());
    for (String role : BESIDE) {
      Optional<KernelReport> obstacle = obstacle(files, role);
      if (obstacle.isPresent()) {
        LOG.warn(
            "model {} goes without its {}, which needs a kernel that failed in this machine's self-test ({})",
            files.reference(),
            role,
            obstacle.get());
        usable.remove(role);
      }
    }
    return new ModelFiles(files.reference(), usable);
  }

  /** The failed kernel that a graph needs; one that is not there or cannot be read needs none. */
  private Optional<KernelReport> obstacle(ModelFiles files, String role) {
    Path graph = files.files().get(role);
    if (graph == null) {
      return Optional.empty();
    }
    try {
      Set<String> operators = GraphOperators.of(graph);
      return failed.stream()
          .filter(kernel -> kernel.operators().stream().anyMatch(operators::contains))
          .findFirst();
    } catch (ModelException e) {
      LOG.debug("the operators of {} are not known: {}", graph, e.getMessage());
      return Optional.empty();
    }
  }
}
