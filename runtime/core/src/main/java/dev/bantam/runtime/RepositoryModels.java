package dev.bantam.runtime;

import dev.bantam.models.Canary;
import dev.bantam.models.InstalledModel;
import dev.bantam.models.ModelException;
import dev.bantam.models.ModelOrder;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.PullListener;
import dev.bantam.models.VerifyReport;
import dev.bantam.runtime.swap.Desired;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** The models of a repository on disk. */
public final class RepositoryModels implements ModelSource {

  /**
   * Graphs, configurations and vocabularies are smaller, which code reads that a damaged one may
   * end; weights are larger.
   */
  private static final long READ_BEFORE_LOADING = 8 << 20;

  private final ModelRepository repository;

  public RepositoryModels(ModelRepository repository) {
    this.repository = repository;
  }

  @Override
  public ModelFiles resolve(ModelReference reference, List<String> variants) throws ModelException {
    return repository.resolve(reference, variants);
  }

  @Override
  public List<ModelFiles> variants(ModelReference reference) throws ModelException {
    return repository.variants(reference);
  }

  @Override
  public ModelFiles verified(ModelReference reference, List<String> variants)
      throws ModelException {
    return verified(reference, variants, Long.MAX_VALUE);
  }

  private ModelFiles verified(ModelReference reference, List<String> variants, long largest)
      throws ModelException {
    ModelFiles files = repository.resolve(reference, variants);
    VerifyReport report = repository.verify(files.reference(), largest);
    if (!report.ok()) {
      VerifyReport.Damaged first = report.damaged().get(0);
      throw new ModelException(
          ModelException.Kind.CORRUPT,
          "model %s is damaged: its file \"%s\": %s. To repair it, type: %s"
              .formatted(first.model(), first.role(), first.reason(), first.repair()));
    }
    return files;
  }

  @Override
  public ModelFiles obtain(Desired wish, List<String> variants, PullListener listener)
      throws ModelException {
    InstalledModel model =
        repository.obtain(
            new ModelOrder(
                wish.model(),
                wish.source(),
                wish.sha256(),
                wish.signature(),
                wish.settings().allowDowngrade()),
            variants,
            listener);
    return verified(
        new ModelReference(model.name(), Optional.of(model.version()), wish.model().variant()),
        variants,
        READ_BEFORE_LOADING);
  }

  @Override
  public void hold(String holder, Collection<ModelReference> models) throws ModelException {
    repository.hold(holder, models);
  }

  @Override
  public List<Canary> canaries(ModelReference model) throws ModelException {
    return repository.list().stream()
        .filter(installed -> installed.name().equals(model.name()))
        .filter(installed -> model.version().filter(installed.version()::equals).isPresent())
        .flatMap(installed -> installed.canaries().stream())
        .toList();
  }
}
