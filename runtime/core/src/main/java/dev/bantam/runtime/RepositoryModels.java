package dev.bantam.runtime;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelRepository;
import dev.bantam.models.PullListener;
import dev.bantam.models.VerifyReport;
import dev.bantam.runtime.swap.Desired;
import dev.bantam.spi.ModelFiles;
import dev.bantam.spi.ModelReference;
import java.util.List;

/** The models of a repository on disk. */
public final class RepositoryModels implements ModelSource {

  private final ModelRepository repository;

  public RepositoryModels(ModelRepository repository) {
    this.repository = repository;
  }

  @Override
  public ModelFiles resolve(ModelReference reference, List<String> variants) throws ModelException {
    return repository.resolve(reference, variants);
  }

  @Override
  public ModelFiles verified(ModelReference reference, List<String> variants)
      throws ModelException {
    ModelFiles files = repository.resolve(reference, variants);
    VerifyReport report = repository.verify(files.reference());
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
    try {
      return verified(wish.model(), variants);
    } catch (ModelException e) {
      if (e.kind() != ModelException.Kind.NOT_INSTALLED) {
        throw e;
      }
      repository.pull(wish.model().toString(), variants, listener);
      return verified(wish.model(), variants);
    }
  }
}
