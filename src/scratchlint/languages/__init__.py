"""Front ends: each turns source text into the intermediate representation, and knows nothing else."""
