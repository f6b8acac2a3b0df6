// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * Marks a test that only {@code ./verify --all} runs, because another test on a host, or a unit
 * test, finds most of the faults that it finds.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("thorough")
@interface Thorough {}
