// The few LAPACK routines Limbeck calls (Fortran symbols, column-major).
#pragma once

/// Solves A X = B for symmetric positive definite A by Cholesky factorisation, in place.
void dposv_(const char *uplo, const int *n, const int *nrhs, double *a, const int *lda,
            double *b, const int *ldb, int *info);
