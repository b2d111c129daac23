package dev.bantam.models.source;

import dev.bantam.models.ModelException;
import dev.bantam.models.ModelException.Kind;
import dev.bantam.models.catalog.SourceSpec;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * The addresses of a hub's files: {@code ENDPOINT/OWNER/NAME/resolve/REVISION/PATH}. The hub sends
 * on to the servers that store large files; these never see the token.
 *
 * @param environment the process's variables
 */
record HubFiles(NetworkSettings.HubSettings settings, Map<String, String> environment) {

  private static final String PUBLIC = "https://huggingface.co";
  private static final String USUAL_TOKEN = "HF_TOKEN";

  /**
   * @throws ModelException USAGE if the token cannot be read or would go over the network in the
   *     clear
   */
  HttpTarget target(SourceSpec.Hub file) throws ModelException {
    // All parts of it, which may be a stranger's, must be plain.
    Address address = AllowedSources.parse(file.describe());
    if (address.segments().size() < 3 || address.isFolder()) {
      throw new ModelException(
          Kind.UNREACHABLE,
          "%s names no file; write hf:OWNER/NAME@REVISION/FILE".formatted(file.describe()));
    }
    String endpoint =
        settings
            .endpoint()
            .or(() -> Optional.ofNullable(environment.get("HF_ENDPOINT")))
            .orElse(PUBLIC);
    String path = String.join("/", address.segments().subList(2, address.segments().size()));
    URI uri =
        URI.create(
            "%s/%s/resolve/%s/%s"
                .formatted(
                    endpoint.replaceFirst("/+$", ""),
                    String.join("/", address.segments().subList(0, 2)),
                    address.revision().orElse("main"),
                    path));
    Optional<String> token = token();
    if (token.isPresent() && !"https".equals(uri.getScheme())) {
      throw new ModelException(
          Kind.USAGE, "the hub %s is no https: address, so it gets no token".formatted(endpoint));
    }
    return new HttpTarget(uri, token.map("Bearer "::concat), Redirects.FREE)
        .advising(
            "a private or gated repository wants a token: set HF_TOKEN, or models.hub.token_file in bantam.yaml");
  }

  private Optional<String> token() throws ModelException {
    Optional<Secret> place =
        settings
            .token()
            .or(
                () ->
                    environment.getOrDefault(USUAL_TOKEN, "").isBlank()
                        ? Optional.empty()
                        : Optional.of(Secret.inVariable(USUAL_TOKEN)));
    return place.isPresent() ? Optional.of(place.get().read(environment)) : Optional.empty();
  }
}
