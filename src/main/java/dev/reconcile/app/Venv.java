package dev.reconcile.app;

import dev.reconcile.model.Content;
import dev.reconcile.model.Origin;
import java.util.Optional;

/**
 * A virtualenv.
 *
 * @param directory where it is
 * @param python the interpreter's name or path
 * @param requirements path of the requirements file in the source, or in the repo of the list
 * @param required whether that file was asked for, so that its absence is a mistake
 * @param list that file, if it is one of the desired-state repo
 * @param origin where it was declared
 */
public record Venv(
    String directory,
    String python,
    String requirements,
    boolean required,
    Optional<Content> list,
    Origin origin) {}
